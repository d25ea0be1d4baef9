"""The layers of a model as objects with the names that its checkpoint gives them."""

from collections.abc import Iterable, Iterator


class Layer:
    """A place in a model: `model.bert.embeddings`, `model.distilbert.transformer.layer[0]`.

    `name` is what `layer=` takes ("embeddings", "layer.0"); None for a module that only holds
    others. Attributions can start at its output (or, with alibi's attribute_to_layer_inputs and
    Captum's attribute_to_layer_input, at its input).
    """

    def __init__(self, module: str, name: str | None = None) -> None:
        self.module = module
        self.name = name
        self._children: dict[str, Layer] = {}

    def __getattr__(self, child: str) -> "Layer":
        children = self.__dict__.get("_children", {})
        if child in children:
            found: Layer = children[child]
            return found
        raise AttributeError(f"{self.__dict__.get('module') or 'the model'} has no layer {child!r}; "
                             f"it has {', '.join(children) or 'none'}")

    def __getitem__(self, index: int) -> "Layer":
        return list(self._children.values())[index]

    def __len__(self) -> int:
        return len(self._children)

    def __iter__(self) -> Iterator["Layer"]:
        return iter(self._children.values())

    def __bool__(self) -> bool:
        return True

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._children]

    def __repr__(self) -> str:
        return f"<layer {self.name!r}: {self.module}>" if self.name else f"<module {self.module}>"

    @property
    def layers(self) -> list["Layer"]:
        return list(self._children.values())


def layer_tree(names: Iterable[tuple[str, str]]) -> Layer:
    """The tree of (name, dotted module) pairs; its root has no module."""
    root = Layer("")
    for name, module in names:
        node, path = root, ""
        for part in module.split("."):
            path = f"{path}.{part}" if path else part
            node = node._children.setdefault(part, Layer(path))
        node.name = name
    return root
