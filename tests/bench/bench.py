"""Measures packaudit beside a bare decoding loop and other programs, and prints a table.

Called by run.sh, which compiles the programs used here. Commands take turns, one run of each in
a round, so that a slow moment of the machine meets all of them; figures are medians.

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

import rivals

THREADS = 2
MIB = 1 << 20
GOAL_RATIO = 1.15
GOAL_BASE_MIB = 64
GOAL_PARSE_MB_S = 150
GOAL_START_MS = 30


class Row:
    """A command and what each of its runs took."""

    def __init__(self, label, command, rounds):
        self.label = label
        self.command = command
        self.rounds = rounds
        self.wall_s = []
        self.cpu_s = []
        self.peak_kib = []
        self.status = 0

    def run(self, measure, environment):
        told = subprocess.run([measure, *self.command], check=True, stdout=subprocess.PIPE,
                              text=True, env=environment).stdout.split()
        self.wall_s.append(float(told[0]))
        self.cpu_s.append(float(told[1]))
        self.peak_kib.append(int(told[2]))
        self.status = int(told[3])

    def spread_percent(self):
        middle = statistics.median(self.wall_s)
        return 100 * (max(self.wall_s) - min(self.wall_s)) / middle

    def peak_mib(self):
        return max(self.peak_kib) / 1024


def ratio(row, base, figure):
    """Median of the ratios of runs of the same round."""
    pairs = zip(getattr(row, figure), getattr(base, figure))
    return statistics.median(ours / theirs for ours, theirs in pairs)


def take_turns(rows, measure, environment=None):
    for number in range(max(row.rounds for row in rows)):
        for row in rows:
            if number < row.rounds:
                row.run(measure, environment)


def machine():
    model = 'unknown processor'
    for line in pathlib.Path('/proc/cpuinfo').read_text(encoding='utf-8').splitlines():
        if line.startswith('model name'):
            model = line.split(':', 1)[1].strip()
            break
    return f'{len(os.sched_getaffinity(0))} cores, {model}'


def load():
    return os.getloadavg()[0]


def read_report(program, game):
    text = subprocess.run([program, 'report', '-q', '--format', 'json', game], check=True,
                          stdout=subprocess.PIPE).stdout
    return json.loads(text)


def image_files(report, game):
    """Files that the report decodes and that lie in the folder, each once: path to its row."""
    found = {}
    for image in report['images']:
        path = os.path.join(game, image['file'] or '')
        if image['file'] and os.path.isfile(path):
            found[path] = image
    return found


def write_list(path, files):
    path.write_text(''.join(f'{file}\n' for file in files), encoding='utf-8')
    return str(path)


def print_rows(rows, base, heading=''):
    """With the ratio to `base`, where there is one."""
    print(f'\n{"":50}{"wall s":>8}{"spread %":>10}{"CPU s":>8}{"peak MiB":>10}{heading:>11}')
    for row in rows:
        if isinstance(row, str):
            print(row)
            continue
        label = row.label + (f' (exit {row.status})' if row.status != 0 else '')
        against = '' if base is None else f'{ratio(row, base, "wall_s"):11.2f}'
        print(f'{label:50}{statistics.median(row.wall_s):8.3f}{row.spread_percent():10.0f}'
              f'{statistics.median(row.cpu_s):8.3f}{row.peak_mib():10.1f}{against}')


def print_goal(label, figure, goal, is_met):
    verdict = {None: '', True: 'met', False: 'MISSED'}[is_met]
    print(f'{label:50}{figure:>14}   {goal:27}{verdict}'.rstrip())


def print_parsing(parse, game):
    name = os.path.basename(os.path.normpath(game))
    for line in subprocess.run([parse, game], check=True, stdout=subprocess.PIPE,
                               text=True).stdout.splitlines():
        kind, files, size, _, seconds, broken = line.split()
        rate = int(size) / 1e6 / float(seconds)
        text = 'documents, JSON only,' if kind == 'json' else kind
        label = f'{text} of {name}, {int(size) / 1e6:.2f} MB'
        label = label if len(label) < 50 else label[:46] + '...'
        is_judged = kind != 'json' and int(files) > 0
        print_goal(label, f'{rate:.0f} MB/s', f'>= {GOAL_PARSE_MB_S} MB/s' if is_judged else '',
                   rate >= GOAL_PARSE_MB_S if is_judged else None)
        if int(broken) > 0:
            print(f'    {broken} of {files} are broken')


def print_start(program, measure, example):
    row = Row('', [program, 'report', '-q', '--no-decode', example], 20)
    row.run(measure, None)
    row = Row('', row.command, row.rounds)
    take_turns([row], measure)
    wall_ms = 1000 * statistics.median(row.wall_s)
    print_goal('example, headers only, warm, median of 20 runs', f'{wall_ms:.1f} ms',
               f'<= {GOAL_START_MS} ms', wall_ms <= GOAL_START_MS)
    print(f'    {1000 * min(row.wall_s):.1f} to {1000 * max(row.wall_s):.1f} ms wall, '
          f'{1000 * statistics.median(row.cpu_s):.1f} ms CPU')


def print_goals(whole, bare, flight, lists):
    wall = ratio(whole, bare, 'wall_s')
    print('\nGoals')
    print_goal('report / bare loop, wall', f'{wall:.2f} x', f'<= {GOAL_RATIO} x',
               wall <= GOAL_RATIO)
    print_goal('report / bare loop, CPU', f'{ratio(whole, bare, "cpu_s"):.2f} x', '', None)
    held = int(subprocess.run([flight, str(THREADS), lists], check=True, stdout=subprocess.PIPE,
                              text=True).stdout)
    allowed = GOAL_BASE_MIB + held / MIB
    print_goal('peak memory of the report', f'{whole.peak_mib():.1f} MiB',
               f'<= {GOAL_BASE_MIB} + {held / MIB:.1f} = {allowed:.1f} MiB',
               whole.peak_mib() <= allowed)
    print(f'    {GOAL_BASE_MIB} MiB + images in flight: the {THREADS} dearest, file and decoding')


def count_rounds():
    try:
        return max(1, int(os.environ.get('PACKAUDIT_BENCH_ROUNDS', '7')))
    except ValueError:
        sys.exit('bench: PACKAUDIT_BENCH_ROUNDS is no number')


def compare(program, tools, game, scratch):
    report = read_report(program, game)
    files = image_files(report, game)
    if not files:
        sys.exit(f"bench: no image of '{game}' lies in a folder, try a build that is unpacked")
    plain = [path for path, image in files.items() if image['format'] in ('png', 'jpg', 'webp')]
    file_bytes = sum(os.path.getsize(path) for path in files)
    pixel_bytes = sum(4 * files[path]['width'] * files[path]['height'] for path in plain)
    print(f'build: {game}\n       {len(files)} image files, {file_bytes / MIB:.1f} MiB, '
          f'{pixel_bytes / MIB:.1f} MiB as RGBA8, {report["build"]["documents"]} documents')
    rounds = count_rounds()
    lists = write_list(scratch / 'all', files)
    command = [program, 'report', '-q', '--format', 'json', f'-j{THREADS}', game]
    whole = Row(f'packaudit report: JSON, {THREADS} threads', command, rounds)
    bare = Row(f'bare loop: the same files to RGBA8, {THREADS} threads',
               [tools / 'bare', str(THREADS), lists], rounds)
    headers = Row('packaudit report: headers only', command + ['--no-decode'], rounds)
    others = []
    for label, command, package in rivals.find(write_list(scratch / 'plain', plain), THREADS):
        if command is None:
            others.append(f'{label:50}not installed: {package}')
        else:
            others.append(Row(label, command, min(rounds, 3)))
    rows = [whole, bare, headers, *others]
    take_turns([row for row in rows if isinstance(row, Row)], tools / 'measure',
               rivals.environment())
    print_rows(rows, bare, 'x bare')
    print_goals(whole, bare, tools / 'flight', lists)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--out', required=True)
    parser.add_argument('--example', required=True)
    parser.add_argument('game')
    told = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)
    game = os.path.relpath(told.game)
    tools = pathlib.Path(told.out).absolute() / 'bench'
    program = str(tools.parent / 'packaudit')
    before = load()
    print(machine())
    scratch = pathlib.Path(tempfile.mkdtemp(prefix='packaudit-bench-'))
    try:
        compare(program, tools, game, scratch)
    finally:
        shutil.rmtree(scratch)
    more = os.environ.get('PACKAUDIT_BENCH_PARSE', '')
    for build in [game, *filter(None, more.split(':'))]:
        print_parsing(tools / 'parse', build)
    print_start(program, tools / 'measure', told.example)
    print(f'\nmedians of {count_rounds()} rounds in turns (other programs: 3 at most); '
          f'spread: (slowest - fastest) / median;\nload of the machine {before:.2f} before, '
          f'{load():.2f} after')
    if max(before, load() - THREADS) > len(os.sched_getaffinity(0)) / 2:
        print('the machine is busy: wall seconds tell little, go by CPU seconds')


if __name__ == '__main__':
    main()
