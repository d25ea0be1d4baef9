"""The notebooks in examples/notebooks run from beginning to end."""

import pytest
from conftest import ROOT

NOTEBOOKS = sorted((ROOT / "examples" / "notebooks").glob("*.ipynb"))


def test_there_are_some():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("default")  # those of the notebook's machinery
def test_runs(path):
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    notebook = nbformat.read(path, as_version=4)
    stored = [cell.get("outputs") for cell in notebook.cells]
    nbclient.NotebookClient(notebook, timeout=300,
                            resources={"metadata": {"path": path.parent}}).execute()
    for before, cell in zip(stored, notebook.cells, strict=True):
        kinds = [output.output_type for output in cell.get("outputs", [])]
        assert kinds == [output["output_type"] for output in before or []], cell.source
