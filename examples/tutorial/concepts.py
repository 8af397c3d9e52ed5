"""Section 2, some concepts: symbolic computation, tensors, and a graph that data flow through.

python examples/tutorial/concepts.py
"""

# 0x1: a graph is an empty shell, until K.function makes something of it that data can be put into

import polykeras.backend as K

x = K.placeholder(shape=(None, 2))
w = K.variable([[1.0], [10.0]])
y = K.sum(K.dot(x, w))
step = K.function([x], [y], updates=[(w, w - 0.01 * K.gradients(y, [w])[0])])

# 0x2: tensors and their axes

import numpy as np

a = np.array([[1, 2], [3, 4]])
sum0 = np.sum(a, axis=0)
sum1 = np.sum(a, axis=1)
print(sum0)
print(sum1)

# the data flow; w has changed when they do so for the second time

(first,), (second,) = step([a]), step([a])
print(first, second)
