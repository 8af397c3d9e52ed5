"""polykeras: Keras as a plugin platform.

Everything is loaded when it is first asked for, so ``import polykeras`` costs next to nothing.
"""
