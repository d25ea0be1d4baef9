"""The house rules that a compiler does not check: which folder may include which, where
third-party headers are allowed, how long a file may be. `violations(root)` reads a source tree
and returns one line a broken rule."""

import os
import re
import sys
from pathlib import Path

# The arrows of docs/architecture.md: what a room may include besides itself. An entry is a room or
# one header of a room; an arrow carries on along the arrows of its end.
ARROWS = {
    "base": [],
    "checkpoint": ["base"],
    "hub": ["base"],
    "text": ["base"],
    "compute": ["base"],
    "layers": ["compute"],
    "models": ["layers", "checkpoint"],
    "attribution": ["models", "text"],
    "faithfulness": ["attribution"],
    "training": ["attribution", "models", "text", "checkpoint"],
    "render": ["base", "attribution/algorithm.h", "attribution/explanation.h",
               "attribution/spans.h",
               "training/evaluation.h", "faithfulness/summary.h"],
    "cli": ["render", "training", "faithfulness", "attribution", "models", "text", "checkpoint", "hub",
            "compute", "base"],
}
# The public door may open onto every room.
DOOR = "integrad/integrad.h"

# A pattern of third-party headers, and the files that may include them (from the project root).
THIRD_PARTY = [
    (r"(oneapi/)?dnnl.*", r"bench/.*"),
    (r"omp\.h", r"integrad/compute/cpu/.*"),
    (r"(immintrin|x86intrin|cpuid)\.h", r"integrad/compute/cpu/.*"),
    (r"unicode/.*", r"integrad/text/(unicode|utf8)\w*\.cpp"),
    (r"oniguruma\.h", r"integrad/text/regular_expression\.cpp"),
    (r"google/protobuf/.*", r"integrad/text/sentencepiece_model\.cpp"),
    (r"nlohmann/.*", r"(integrad/(checkpoint|hub|text|training|render)|cli|bench)/.*\.cpp"),
    (r"openssl/.*", r"integrad/(base/sha256|hub/blob_digest)\.cpp"),
    (r"curl/.*", r"integrad/hub/http\.cpp"),
    (r"hdf5\.h", r"integrad/checkpoint/hdf5_file\.cpp"),
    (r"zlib\.h", r"integrad/checkpoint/inflate\.cpp"),
    (r"CLI/.*", r"cli/.*"),
    (r"csv\.h", r"cli/.*"),
    (r"(sys/.*|fcntl|poll|pwd|unistd|termios)(\.h)?", r"(integrad/base|integrad/hub|integrad/compute/cpu|cli)/.*\.cpp"),
]
STANDARD = r"[a-z_0-9]+|(std(arg|def|int|io|lib)|string|math|errno|signal|time|limits)\.h"

FORBIDDEN = [
    (r"\bshared_ptr\b", r"\.(h|cpp)$", "shared_ptr is not used here: say who owns what"),
    (r"-march=native", r"(\.cmake|CMakeLists\.txt|CMakePresets\.json)$",
     "-march=native makes binaries that do not run elsewhere"),
    (r"\b(TO" r"DO|FIX" r"ME)\b", r"\.(h|cpp|cmake|sh|md)$", "finish it or leave it out"),
]
LONGEST_FILE = 400
SOURCES = (".h", ".cpp")
ROOTS = ("integrad", "cli", "tests", "examples", "bench", "fuzz", "cmake", "scripts", "docs")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def project_files(root):
    for top in ROOTS:
        for folder, folders, names in os.walk(root / top):
            folders[:] = sorted(f for f in folders if f != "fixtures" and not f.startswith("build"))
            for name in sorted(names):
                yield (Path(folder) / name).relative_to(root).as_posix()
    for name in sorted(os.listdir(root)):
        if (root / name).is_file():
            yield name


def room_of(path):
    parts = path.split("/")
    if parts[0] == "integrad" and len(parts) > 2:
        return parts[1]
    return "cli" if parts[0] == "cli" else None


def reachable(room):
    """Rooms and single headers that the arrows of a room lead to."""
    found, ends = {room}, list(ARROWS[room])
    while ends:
        end = ends.pop()
        if end not in found:
            found.add(end)
            ends += ARROWS.get(end, [])
    return found


def check_own_include(path, line, target):
    room = room_of(path)
    if path == DOOR or room is None:
        return
    if room not in ARROWS:
        yield f"{path}: folder {room} is unknown; give it its arrows in {Path(__file__).name}"
        return
    if target == DOOR:
        if room != "cli":
            yield f"{path}:{line}: {DOOR} is for users; include the header that is meant"
        return
    allowed = reachable(room)
    header = target.removeprefix("integrad/")
    if room_of(target) not in allowed and header not in allowed:
        yield f"{path}:{line}: {room} may not include {target}"


def check_third_party(path, line, target):
    for pattern, where in THIRD_PARTY:
        if re.fullmatch(pattern, target):
            if not re.fullmatch(where, path):
                yield f"{path}:{line}: {target} is only for {where}"
            return
    if not re.fullmatch(STANDARD, target):
        yield f"{path}:{line}: {target} is not known; add it to {Path(__file__).name}"


def check_includes(root, path, lines):
    if path.split("/")[0] not in ("integrad", "cli"):
        return
    for number, text in enumerate(lines, 1):
        match = INCLUDE.match(text)
        if not match:
            continue
        quote, target = match.groups()
        if quote == "<":
            yield from check_third_party(path, number, target)
        elif not (root / target).is_file():
            yield f"{path}:{number}: {target} must be a path from the project root"
        else:
            yield from check_own_include(path, number, target)


def check_words(path, text):
    if path.startswith("tests/architecture/"):  # names what it looks for
        return
    for pattern, names, reason in FORBIDDEN:
        if re.search(names, path):
            for match in re.finditer(pattern, text):
                line = text.count("\n", 0, match.start()) + 1
                yield f"{path}:{line}: {match.group()}: {reason}"


def violations(root):
    root = Path(root)
    for path in project_files(root):
        if not path.endswith(SOURCES + (".cmake", ".txt", ".json", ".sh", ".md", ".py")):
            continue
        text = (root / path).read_text(encoding="utf-8", errors="replace")
        lines = text.splitlines()
        yield from check_words(path, text)
        if path.endswith(SOURCES):
            yield from check_includes(root, path, lines)
            if len(lines) > LONGEST_FILE:
                yield f"{path}: {len(lines)} lines; split it (at most {LONGEST_FILE})"


if __name__ == "__main__":
    found = list(violations(sys.argv[1]))
    print("\n".join(found) if found else "no violations")
    sys.exit(1 if found else 0)
