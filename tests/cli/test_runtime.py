# SPDX-License-Identifier: Apache-2.0
"""The staged loaders of examples/runtime, with Node and an engine that is none."""
import glob
import os
import re
import shutil
import subprocess

from harness import ROOT, Skip, check


def test_the_staged_loaders_do_what_their_plan_says(t):
    node = shutil.which("node")
    if node is None:
        raise Skip("no node")
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    if int(re.match(r"v(\d+)", version).group(1)) < 20:
        raise Skip("node is older than 20")
    files = sorted(glob.glob(os.path.join(ROOT, "tests", "runtime", "*.test.mjs")))
    done = subprocess.run([node, "--test", *files], capture_output=True, text=True)
    check(done.returncode == 0, done.stdout[-3000:])
