"""What a measurement was made on: the machine, the versions, the date."""
import datetime
import os
import pathlib
import platform
import subprocess

PROJECT = pathlib.Path(__file__).resolve().parent.parent
INSTRUCTION_SETS = ("amx_bf16", "amx_tile", "avx512_bf16", "avx512f", "avx2")


def cpuinfo(key):
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            name, _, value = line.partition(":")
            if name.strip() == key:
                return value.strip()
    return "unknown"


def cores():
    return len(os.sched_getaffinity(0))


def memory_gib():
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)


def machine():
    flags = cpuinfo("flags").split()
    return {"processor": cpuinfo("model name"), "cores": cores(), "memory_gib": memory_gib(),
            "system": platform.platform(),
            "instruction_sets": [name for name in INSTRUCTION_SETS if name in flags]}


def today():
    return datetime.date.today().isoformat()


def commit():
    """The commit that is checked out; "+" when tracked files differ from it."""
    def git(*words):
        run = subprocess.run(["git", "-C", PROJECT, *words], capture_output=True, text=True)
        return run.stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no")
    return (git("rev-parse", "--short=12", "HEAD") or "unknown") + ("+" if changed else "")


def default_program(name):
    """Where the preset "release" builds it: integrad or integrad_bench_explain."""
    folder = "cli" if name == "integrad" else "bench"
    return str(PROJECT / "build" / "release" / folder / name)
