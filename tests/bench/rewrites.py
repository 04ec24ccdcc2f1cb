"""Measures `packaudit rewrite`: ASTC beside the program astcenc, and a second run of a cache.

Called by run.sh. Both of a pair read the same files; outputs stay until all is measured, as
a file system may be slow where much was deleted a moment ago.

SPDX-License-Identifier: Apache-2.0
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

import bench
import textures

THREADS = str(bench.THREADS)
ENCODED_IMAGES = 14
SMALL_TEXTURES = 10_000
GOAL_ENCODING_RATIO = 1.05
GOAL_CACHED_MORE_S = 2
EACH = 'while read -r file; do astcenc -cl "$file" "$1" 6x6 -medium -j "$2" -silent || exit 1; done'


def rewrite(program, game, plan, *more):
    """The command but for its output."""
    return [program, 'rewrite', '-q', f'-j{THREADS}', game, '--plan', str(plan), *more]


def make_plan(program, game, plan, *more):
    subprocess.run([program, 'plan', '-q', game, '--compress', 'astc-6x6', *more, '-o',
                    str(plan)], check=True, stdout=subprocess.DEVNULL)
    return json.loads(plan.read_text(encoding='utf-8'))


def spread_out(actions, areas_px, count):
    """As many of them, from the smallest picture to the largest."""
    by_area = sorted(actions, key=lambda row: (areas_px[row['asset']], row['asset']))
    step = max(1, len(by_area) // count)
    return by_area[step // 2::step][:count] if len(by_area) > count else by_area


def choose(program, game, plan, files, count):
    """Writes a plan for `count` images (0: all) and the list of their files."""
    report = bench.read_report(program, game)
    rows = {row['uuid']: row for row in report['images']}
    areas_px = {uuid: (row['width'] or 0) * (row['height'] or 0) for uuid, row in rows.items()}
    told = make_plan(program, game, plan, '--preset', 'medium')
    if count > 0:
        told['actions'] = spread_out(told['actions'], areas_px, count)
    plan.write_text(json.dumps(told), encoding='utf-8')
    chosen = [action['asset'] for action in told['actions']]
    files.write_text(''.join(os.path.join(game, rows[uuid]['file']) + '\n' for uuid in chosen),
                     encoding='utf-8')
    return len(chosen), sum(areas_px[uuid] for uuid in chosen) / 1e6


def compare_encoding(program, measure, game, scratch, rounds):
    count = int(os.environ.get('PACKAUDIT_BENCH_ENCODED', str(ENCODED_IMAGES)))
    plan, files = scratch / 'encoding.json', scratch / 'encoding.txt'
    count, area_mp = choose(program, game, plan, files, count)
    print(f'\nASTC 6x6 medium of {count} images, {area_mp:.1f} MP, {THREADS} threads')
    if shutil.which('astcenc') is None:
        print('not installed: astc-encoder')
        return
    loop = [*('sh', '-c', f'{EACH} < {files}', 'sh'), str(scratch / 'one.astc'), THREADS]
    theirs = bench.Row('astcenc -cl, a process a file', loop, rounds)
    ours = bench.Row('packaudit rewrite', None, rounds)
    for number in range(rounds):
        ours.command = rewrite(program, game, plan, '-o', str(scratch / f'encoded{number}'))
        for row in (ours, theirs):
            row.run(measure, None)
            if row.status != 0:
                sys.exit(f'bench: {row.label}: exit {row.status}')
    bench.print_rows([ours, theirs], theirs, 'x astcenc')
    cpu = bench.ratio(ours, theirs, 'cpu_s')
    bench.print_goal('rewrite / astcenc, CPU', f'{cpu:.2f} x', f'<= {GOAL_ENCODING_RATIO} x',
                     cpu <= GOAL_ENCODING_RATIO)


def compare_cache(program, tools, scratch, rounds):
    game, plan = str(scratch / 'small'), scratch / 'small.json'
    textures.make(game, SMALL_TEXTURES)
    make_plan(program, game, plan, '--preset', 'fast')
    cached = ('--cache', str(scratch / 'cache'), '-o')
    first = bench.Row('first run, nothing in the cache', None, 1)
    second = bench.Row('second run, all in the cache', None, rounds)
    hashing = bench.Row('hashing the input, one thread', [tools / 'hash', game], rounds)
    for row in (first, *(rounds * (hashing, second))):
        if row is not hashing:
            row.command = rewrite(program, game, plan, *cached,
                                  str(scratch / f'small-{len(first.wall_s + second.wall_s)}'))
        row.run(tools / 'measure', None)
        if row.status != 0:
            sys.exit(f'bench: {row.label}: exit {row.status}')
    print(f'\n{SMALL_TEXTURES} small textures, ASTC 6x6 fast, {THREADS} threads')
    bench.print_rows([first, second, hashing], None)
    more_s = statistics.median(a - b for a, b in zip(second.wall_s, hashing.wall_s))
    bench.print_goal('second run - hashing, wall', f'{more_s:.2f} s',
                     f'<= {GOAL_CACHED_MORE_S} s', more_s <= GOAL_CACHED_MORE_S)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--out', required=True)
    parser.add_argument('game')
    told = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)
    tools = pathlib.Path(told.out).absolute() / 'bench'
    program = str(tools.parent / 'packaudit')
    rounds = min(bench.count_rounds(), 3)
    scratch = pathlib.Path(tempfile.mkdtemp(prefix='packaudit-bench-'))
    try:
        compare_encoding(program, tools / 'measure', os.path.relpath(told.game), scratch, rounds)
        compare_cache(program, tools, scratch, rounds)
    finally:
        shutil.rmtree(scratch)


if __name__ == '__main__':
    main()
