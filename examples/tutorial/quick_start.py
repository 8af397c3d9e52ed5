"""Section 1, introduction: a perceptron compiled, trained, evaluated, asked for classes and probabilities.

python examples/tutorial/quick_start.py
"""

import numpy as np

# Vectors of 100 numbers in ten classes that a linear function tells apart, the classes as rows with a 1.
random = np.random.RandomState(0)
X_train = random.normal(size=(2000, 100))
Y_train = np.eye(10)[np.dot(X_train, random.normal(size=(100, 10))).argmax(axis=1)]
X_test, Y_test = X_train[1500:], Y_train[1500:]
X_train, Y_train = X_train[:1500], Y_train[:1500]

# 0x2: quick start

from polykeras.models import Sequential

model = Sequential()

from polykeras.layers import Dense, Activation

model.add(Dense(output_dim=64, input_dim=100))
model.add(Activation("relu"))
model.add(Dense(output_dim=10))
model.add(Activation("softmax"))

model.compile(loss='categorical_crossentropy', optimizer='sgd', metrics=['accuracy'])

from polykeras.optimizers import SGD

model.compile(loss='categorical_crossentropy', optimizer=SGD(lr=0.01, momentum=0.9, nesterov=True))

model.fit(X_train, Y_train, nb_epoch=5, batch_size=32)

X_batch, Y_batch = X_train[:32], Y_train[:32]
model.train_on_batch(X_batch, Y_batch)

loss_and_metrics = model.evaluate(X_test, Y_test, batch_size=32)

classes = model.predict_classes(X_test, batch_size=32)
proba = model.predict_proba(X_test, batch_size=32)

print("loss", loss_and_metrics, "accuracy", np.mean(classes == Y_test.argmax(axis=1)))
