"""Recurrent layers."""

from polykeras_conformance.layer_cases.case import SEQUENCE, TIME, LayerCase

CASES = {
    "lstm": LayerCase(lambda L: L.LSTM(3), (SEQUENCE,), TIME),
    "lstm-sequences": LayerCase(
        lambda L: L.LSTM(3, return_sequences=True, return_state=True, go_backwards=True, unit_forget_bias=False),
        (SEQUENCE,),
        TIME,
    ),
    "lstm-unrolled": LayerCase(lambda L: L.LSTM(2, "relu", "hard_sigmoid", use_bias=False, unroll=True), (SEQUENCE,)),
    "gru": LayerCase(lambda L: L.GRU(3, return_sequences=True), (SEQUENCE,), TIME),
    "gru-reset-before": LayerCase(lambda L: L.GRU(3, reset_after=False), (SEQUENCE,), TIME),
    "simple-rnn": LayerCase(lambda L: L.SimpleRNN(3, return_state=True), (SEQUENCE,), TIME),
    "rnn": LayerCase(lambda L: L.RNN(L.LSTMCell(3), return_sequences=True), (SEQUENCE,), TIME),
    "stacked-cells": LayerCase(
        lambda L: L.RNN(L.StackedRNNCells([L.GRUCell(3), L.LSTMCell(2)]), return_sequences=True), (SEQUENCE,), TIME
    ),
    "bidirectional": LayerCase(lambda L: L.Bidirectional(L.LSTM(3, return_sequences=True)), (SEQUENCE,), TIME),
    "bidirectional-unmerged": LayerCase(
        lambda L: L.Bidirectional(L.GRU(2, return_state=True), merge_mode=None), (SEQUENCE,), TIME
    ),
    "time-distributed": LayerCase(lambda L: L.TimeDistributed(L.Dense(3)), (SEQUENCE,), TIME),
    "conv-lstm-1d": LayerCase(
        lambda L: L.ConvLSTM1D(2, 3, padding="same", dilation_rate=2, return_sequences=True, return_state=True),
        ((2, 3, 5, 2),),
        TIME,
    ),
    "conv-lstm-2d": LayerCase(lambda L: L.ConvLSTM2D(2, (3, 2), strides=2), ((2, 3, 6, 5, 2),), TIME),
    "conv-lstm-3d": LayerCase(lambda L: L.ConvLSTM3D(2, 2, go_backwards=True), ((1, 2, 3, 3, 4, 1),), TIME),
}
