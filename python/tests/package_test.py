"""The package itself: types, stubs, what importing brings in, memory over many calls."""

import os
import subprocess
import sys

import pytest
from conftest import ROOT, SENTENCES

import integrad


def python(program):
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                          check=True, env=os.environ)
    return done.stdout


def test_version():
    assert integrad.__version__.count(".") == 2


def test_every_name_can_be_imported():
    for name in integrad.__all__:
        if name == "plot":
            pytest.importorskip("matplotlib")
        assert getattr(integrad, name) is not None
    assert set(integrad.__all__) <= set(dir(integrad))
    with pytest.raises(AttributeError, match="nothing"):
        integrad.nothing  # noqa: B018


def test_importing_brings_in_nobody_else():
    loaded = python("import integrad, integrad.alibi, integrad.captum, integrad.explainer, sys\n"
                    "print(*sorted(m for m in sys.modules if '.' not in m))").split()
    assert not {"torch", "tensorflow", "transformers", "matplotlib", "pandas"} & set(loaded)


def test_memory_does_not_grow(explainer):
    def resident():
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def work(count):
        for i in range(count):
            e = explainer.explain(SENTENCES[i % 3], n_steps=2, full_attributions=True)
            assert e.full_attributions is not None
    work(200)
    before = resident()
    work(2000)
    assert resident() - before < 8 << 20


def test_types():
    pytest.importorskip("mypy")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file", str(ROOT / "pyproject.toml"),
         "--cache-dir", os.devnull, str(ROOT / "python/integrad")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_stub_is_the_module():
    pytest.importorskip("mypy")
    done = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "integrad._core", "--ignore-missing-stub",
         "--ignore-positional-only", "--allowlist", str(ROOT / "python/tests/stubtest_allowed.txt"),
         "--ignore-unused-allowlist"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
