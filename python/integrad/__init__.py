"""Integrated gradients for transformer text classifiers, computed by a native engine.

    import integrad
    integrad.explain("I love you, I like you")               # coloured words in a notebook

Text in, explanations out: `explain`, `Explainer`. With alibi's API: `IntegratedGradients`,
`AutoModelForSequenceClassification`, `AutoTokenizer`; with Captum's: `integrad.captum`. Pictures:
`integrad.plot`. Fine-tuning: `train`, `evaluate`, `integrad.datasets`. Whether explanations tell the
truth: `evaluate_explanations`. What is named here is imported when it is first used, so that `import
integrad` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from integrad import alibi as alibi
    from integrad import captum as captum
    from integrad import datasets as datasets
    from integrad import plot as plot
    from integrad._core import CheckpointError as CheckpointError
    from integrad._core import Error as Error
    from integrad._core import HubError as HubError
    from integrad._core import NumericalError as NumericalError
    from integrad._core import TokenizerError as TokenizerError
    from integrad._core import UnsupportedModel as UnsupportedModel
    from integrad._core import UsageError as UsageError
    from integrad.alibi import IntegratedGradients as IntegratedGradients
    from integrad.explainer import Explainer as Explainer
    from integrad.explainer import explain as explain
    from integrad.faithfulness import evaluate_explanations as evaluate_explanations
    from integrad.explanation import Explanation as Explanation
    from integrad.explanation import Explanations as Explanations
    from integrad.from_torch import from_torch as from_torch
    from integrad.model import AutoModelForSequenceClassification as AutoModelForSequenceClassification
    from integrad.model import TFAutoModelForSequenceClassification as TFAutoModelForSequenceClassification
    from integrad.tokenizer import AutoTokenizer as AutoTokenizer
    from integrad.tokenizer import PreTrainedTokenizer as PreTrainedTokenizer
    from integrad.training import Training as Training
    from integrad.training import evaluate as evaluate
    from integrad.training import train as train

_HOMES = {
    "alibi": ("integrad.alibi", None),
    "captum": ("integrad.captum", None),
    "datasets": ("integrad.datasets", None),
    "plot": ("integrad.plot", None),
    "IntegratedGradients": ("integrad.alibi", "IntegratedGradients"),
    "Explainer": ("integrad.explainer", "Explainer"),
    "explain": ("integrad.explainer", "explain"),
    "Explanation": ("integrad.explanation", "Explanation"),
    "Explanations": ("integrad.explanation", "Explanations"),
    "AutoModelForSequenceClassification": ("integrad.model", "AutoModelForSequenceClassification"),
    "TFAutoModelForSequenceClassification": ("integrad.model",
                                             "TFAutoModelForSequenceClassification"),
    "AutoTokenizer": ("integrad.tokenizer", "AutoTokenizer"),
    "PreTrainedTokenizer": ("integrad.tokenizer", "PreTrainedTokenizer"),
    "evaluate_explanations": ("integrad.faithfulness", "evaluate_explanations"),
    "train": ("integrad.training", "train"),
    "evaluate": ("integrad.training", "evaluate"),
    "Training": ("integrad.training", "Training"),
    "from_torch": ("integrad.from_torch", "from_torch"),
    **{name: ("integrad._core", name)
       for name in ("Error", "CheckpointError", "TokenizerError", "UnsupportedModel", "UsageError",
                    "HubError", "NumericalError")},
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version
        return version("integrad")
    if name not in _HOMES:
        raise AttributeError(f"module 'integrad' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    found = import_module(module)
    value: object = found if attribute is None else getattr(found, attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES, "__version__"})
