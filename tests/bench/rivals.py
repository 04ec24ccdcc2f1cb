"""Other programs that read images, as commands over a list of files.

Each is used the way its users would: a header pass with its own tool, a full decode with two
processes or tasks at a time where the tool is not parallel by itself.

SPDX-License-Identifier: Apache-2.0
"""

import os
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).absolute().parent


def environment():
    """One thread a process, as two of them run at a time."""
    return os.environ | {'VIPS_CONCURRENCY': '1', 'MAGICK_THREAD_LIMIT': '1'}


def over(files, at_once, processes, *command):
    """The command with `at_once` files each time (0: as many as fit), `processes` side by side."""
    number = ['-n', str(at_once)] if at_once > 0 else []
    return ['xargs', '-d', '\\n', '-a', files, *number, '-P', str(processes), *command]


def has_sharp():
    if shutil.which('node') is None:
        return False
    return subprocess.run(['node', '-e', "require('sharp')"], cwd=HERE, check=False,
                          stderr=subprocess.DEVNULL).returncode == 0


def find(files, threads):
    """Rows (label, command or None, package)."""
    sharp = ['node', str(HERE / 'sharp.cjs')]
    magick = 'imagemagick'
    identify = shutil.which('identify')
    convert = shutil.which('convert')
    vips = 'libvips-tools'
    # ImageMagick keeps all files of a call in memory until its end: few at once.
    rows = [
        ('headers: identify -ping (ImageMagick)', identify, magick,
         over(files, 0, 1, 'identify', '-ping', '-format', '%w %h\n')),
        ('headers: vipsheader (libvips)', shutil.which('vipsheader'), vips,
         over(files, 0, 1, 'vipsheader')),
        ('headers: sharp, metadata()', has_sharp(), 'sharp (npm)',
         [*sharp, 'headers', str(threads), files]),
        ('pixels: convert FILES null: (ImageMagick)', convert, magick,
         over(files, 4, threads, 'sh', '-c', 'exec convert "$@" null:', 'sh')),
        ('pixels: vips avg, a process a file (libvips)', shutil.which('vips'), vips,
         over(files, 1, threads, 'vips', 'avg')),
        ('pixels: sharp, ensureAlpha().raw()', has_sharp(), 'sharp (npm)',
         [*sharp, 'pixels', str(threads), files]),
    ]
    return [(label, command if is_there else None, package)
            for label, is_there, package, command in rows]
