"""Makes a build of many small textures, every one different: `python3 textures.py FOLDER COUNT`.

SPDX-License-Identifier: Apache-2.0
"""

import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).absolute().parent.parent / 'cli'))
import build  # noqa: E402

SIDES_PX = (16, 32, 48, 64)
TEXTURES_A_SCENE = 500


def picture(number):
    """A slope under a little noise, as icons and tiles are; opaque or not."""
    dice = random.Random(number)
    side_px = SIDES_PX[number % len(SIDES_PX)]
    left, top, tint = (dice.randrange(1, 4) for _ in range(3))
    rows = []
    for y in range(side_px):
        row = bytearray()
        for x in range(side_px):
            alpha = 255 if number % 2 else min(255, 8 * (x + y))
            row += bytes(((x * left) % 256, (y * top) % 256, 60 * tint + dice.randrange(8), alpha))
        rows.append(row)
    return build.png_of(rows, side_px, side_px)


def files(count):
    game = build.Game()
    main = game.bundle('main')
    textures = [main.picture(f'small {i}', picture(i)).texture for i in range(count)]
    for first in range(0, count, TEXTURES_A_SCENE):
        held = textures[first:first + TEXTURES_A_SCENE]
        main.scene(f'scene {first}', {f'texture{i}': asset for i, asset in enumerate(held)})
    return game.files()


def make(folder, count):
    build.write(files(count), folder)


def main():
    make(sys.argv[1], int(sys.argv[2]))


if __name__ == '__main__':
    main()
