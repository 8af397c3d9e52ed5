"""Which objects of users saved data may name."""

import threading

import pytest

from polykeras import saving
from polykeras.errors import ArgumentError


@pytest.fixture(autouse=True)
def clean():
    """What a test registers is forgotten after it."""
    table = saving.get_custom_objects()
    before = dict(table)
    yield
    table.clear()
    table.update(before)


def test_register():
    @saving.register_keras_serializable("Mine", "short")
    def function(x):
        return x

    @saving.register_keras_serializable()
    class Thing:
        def get_config(self):
            return {}

    assert saving.get_registered_name(function) == "Mine>short"
    assert saving.get_registered_name(Thing) == "Custom>Thing"
    assert saving.get_registered_object("Mine>short") is function
    assert saving.get_custom_objects()["Custom>Thing"] is Thing
    assert saving.get_registered_object("Thing") is None
    assert saving.get_registered_object("x", {"x": 1}) == 1
    assert saving.get_registered_object("x", None, {"x": 2}) == 2


def test_a_class_without_a_configuration_is_refused():
    with pytest.raises(ArgumentError, match=r"Thing cannot be registered for saving: it has no get_config\(\)"):

        @saving.register_keras_serializable()
        class Thing:
            pass


def test_scopes_nest_and_end():
    with saving.custom_object_scope({"a": 1, "b": 1}):
        with saving.CustomObjectScope({"a": 2}):
            assert saving.get_registered_object("a") == 2
            assert saving.get_registered_object("b") == 1
        assert saving.get_registered_object("a") == 1
        with pytest.raises(RuntimeError), saving.CustomObjectScope({"a": 3}):
            raise RuntimeError
        assert saving.get_registered_object("a") == 1
    assert saving.get_registered_object("a") is None


def test_a_scope_is_of_its_thread():
    seen = []
    with saving.custom_object_scope({"a": 1}):
        thread = threading.Thread(target=lambda: seen.append(saving.get_registered_object("a")))
        thread.start()
        thread.join()
    assert seen == [None]
