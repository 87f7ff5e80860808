#!/usr/bin/env python3
"""Run npm in the editor's folder with the Node that set-up chose: `python3 scripts/node.py test`."""

import os
import subprocess
import sys

import setup


def main():
    """Pass all arguments on to npm."""
    environment = {**os.environ, "PATH": setup.node_path()}
    sys.exit(subprocess.call(["npm", *sys.argv[1:]], cwd=setup.EDITOR, env=environment))


if __name__ == "__main__":
    main()
