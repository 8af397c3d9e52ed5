"""`Config`: named settings that can be frozen."""

from __future__ import annotations

import json
from collections.abc import ItemsView, Iterator, KeysView, ValuesView
from typing import Any

from polykeras.errors import ArgumentError


class Config:
    """A dictionary whose entries are attributes, too.

    >>> config = Config(units=32)
    >>> config.rate = 0.1
    >>> config.as_dict()
    {'units': 32, 'rate': 0.1}

    Raises `ArgumentError` when it is changed after `freeze`, `AttributeError` for a name that it has not.
    """

    _config: dict[str, Any]
    _frozen: bool

    def __init__(self, **kwargs: Any) -> None:
        object.__setattr__(self, "_config", dict(kwargs))
        object.__setattr__(self, "_frozen", False)

    @property
    def frozen(self) -> bool:
        """Whether it cannot be changed."""
        return self._frozen

    def freeze(self) -> None:
        """Refuse changes from now on."""
        object.__setattr__(self, "_frozen", True)

    def unfreeze(self) -> None:
        """Allow changes again."""
        object.__setattr__(self, "_frozen", False)

    def as_dict(self) -> dict[str, Any]:
        """A dictionary with the same entries."""
        return dict(self._config)

    def to_json(self) -> str:
        """The entries as JSON."""
        return json.dumps(self._config)

    def keys(self) -> KeysView[str]:
        """The names."""
        return self._config.keys()

    def values(self) -> ValuesView[Any]:
        """The values."""
        return self._config.values()

    def items(self) -> ItemsView[str, Any]:
        """The names with their values."""
        return self._config.items()

    def get(self, name: str, default: Any = None) -> Any:
        """The value, or a default."""
        return self._config.get(name, default)

    def pop(self, *args: Any) -> Any:
        """Take an entry out; with a second argument, that is given where there is none."""
        self._refuse_if_frozen()
        return self._config.pop(*args)

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Take the entries of another dictionary."""
        self._refuse_if_frozen()
        self._config.update(*args, **kwargs)

    def _refuse_if_frozen(self) -> None:
        if self._frozen:
            raise ArgumentError("This Config is frozen and cannot be changed; unfreeze() allows it again.")

    def __getattr__(self, name: str) -> Any:
        # Before __init__, as in a copy that is being made, there are no entries to look at.
        if name.startswith("_") or name not in self._config:
            raise AttributeError(f"This Config has no entry {name!r}.")
        return self._config[name]

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        if name not in self._config:
            raise AttributeError(f"This Config has no entry {name!r}.")
        del self[name]

    def __getitem__(self, name: str) -> Any:
        return self._config[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._refuse_if_frozen()
        self._config[name] = value

    def __delitem__(self, name: str) -> None:
        self._refuse_if_frozen()
        del self._config[name]

    def __contains__(self, name: object) -> bool:
        return name in self._config

    def __iter__(self) -> Iterator[str]:
        return iter(self._config)

    def __len__(self) -> int:
        return len(self._config)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Config) and self._config == other._config

    __hash__ = None  # type: ignore[assignment]  # it can change

    def __getstate__(self) -> tuple[dict[str, Any], bool]:
        return self._config, self._frozen

    def __setstate__(self, state: tuple[dict[str, Any], bool]) -> None:
        object.__setattr__(self, "_config", dict(state[0]))
        object.__setattr__(self, "_frozen", state[1])

    def __repr__(self) -> str:
        return f"<Config {self._config}>"
