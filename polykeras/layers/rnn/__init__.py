"""Layers that go through sequences step by step, with a state."""
