"""What a backend of polykeras gets right, measured: a test suite generated from the declarations of the ops.

    pytest --pyargs polykeras_conformance --backend NAME
    pytest --pyargs polykeras_conformance --backend NAME -n 2 -k softmax
    pytest --pyargs polykeras_conformance --backend NAME --level core --level gradients
    pytest --pyargs polykeras_conformance --backend NAME --thorough

Without ``--backend``, the backend is the one that ``KERAS_BACKEND`` names, or NumPy's. Without ``--level``, the tests
of the levels that the backend declares in its `capabilities` run; a level that it does not declare is left out.
``--thorough`` runs every sample in every dtype, where otherwise some stand for the rest.

- *core*: values of every op against float64 references that know no backend, dtypes, shapes, edges, errors, random
  numbers, the engine;
- *gradients*: against finite differences of the references, to second order, and by the tape over the backend's
  kernels;
- *compile*: the same results when compiled, control flow included;
- *devices*: listing, placement;
- *training*: models train along the trajectory that they take on NumPy.

What a backend cannot do yet is data: ``known_failures.toml`` in the backend's own package, entries of the form

    [[failure]]
    test = "test_values.py::test_value[erfinv-0-float16]"   # or a pattern with * in it
    reason = "the framework has no erfinv in half precision; its issue 12345"

A test that such an entry names must fail: if it passes, or if no test has that name, the suite fails until the entry
is taken out.
"""
