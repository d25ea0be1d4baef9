"""What a user outside the project does: configure, build, run. The environment (CMakeLists.txt)
says where the installed library is."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

PREFIX = Path(os.environ["PREFIX"])
MODEL = Path(os.environ["MODEL"])
PROJECT = Path(os.environ["PROJECT"])


def run(*command, cwd=None, status=0):
    """Standard output of a command that must end with `status`."""
    environment = {**os.environ, "PATH": f"{PREFIX / 'bin'}:{os.environ['PATH']}"}
    done = subprocess.run([str(word) for word in command], cwd=cwd, env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != status:
        raise AssertionError(f"{' '.join(map(str, command))}: status {done.returncode}\n"
                             f"{done.stdout}\n{done.stderr}")
    return done.stdout


def build(source, folder):
    """Builds the CMake project `source` against the installed library."""
    run(os.environ["CMAKE"], "-S", source, "-B", folder, "-G", os.environ["GENERATOR"],
        f"-DCMAKE_PREFIX_PATH={PREFIX}", f"-DCMAKE_CXX_COMPILER={os.environ['CXX']}",
        "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Werror")
    run(os.environ["CMAKE"], "--build", folder)


def temporary_folder(test):
    folder = tempfile.mkdtemp()
    test.addClassCleanup(shutil.rmtree, folder)
    return Path(folder)
