"""Calls as users write them: type checkers take every one, Keras 1's spellings included. Nothing here is run.

A required setting that had another name in Keras 1 (`Dense(output_dim=3)`) looks optional to a checker, so that either
name will do; that one of them is missing is said when the line runs.
"""

import numpy as np

import kwidgets
from engine import Input, Model, Sequential
from engine.callbacks import CSVLogger, EarlyStopping, LearningRateScheduler, ModelCheckpoint, ReduceLROnPlateau
from engine.layers import (
    GRU,
    LSTM,
    Activation,
    AtrousConvolution2D,
    BatchNormalization,
    Bidirectional,
    Concatenate,
    Conv1D,
    Conv2D,
    ConvLSTM2D,
    Convolution1D,
    Convolution2D,
    Convolution3D,
    Deconvolution2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GaussianDropout,
    GaussianNoise,
    GlobalAveragePooling2D,
    InputLayer,
    Lambda,
    LocallyConnected1D,
    MaxPooling1D,
    MaxPooling2D,
    Reshape,
    SeparableConvolution2D,
    SimpleRNN,
    SpatialDropout2D,
    TimeDistributed,
    concatenate,
)
from engine.models import load_model, model_from_json
from engine.optimizers import SGD, Adam, RMSprop
from engine.preprocessing.sequence import pad_sequences
from engine.utils import plot_model, to_categorical

x = np.zeros((8, 4))
y = np.zeros((8, 3))
model = Sequential()

# Calls, one a line.
model.add(Dense(3, input_dim=4))
model.add(Dense(3, activation="relu", input_shape=(4,), name="first"))
model.add(Dense(3, batch_input_shape=(None, 4), dtype="float32"))
model.add(Dense(3, weights=[x, y]))
Dense(units=3, kernel_initializer="he_normal", use_bias=False)
Dense(3, init="uniform", W_regularizer="l2", b_constraint=None, bias=True)
Dense(3, "relu")
Dense(output_dim=3, input_dim=4, init="normal", activation="tanh")
Dense(units=3, input_shape=(4,))
Dropout(p=0.5)
GaussianNoise(sigma=0.1)
GaussianDropout(p=0.2)
SpatialDropout2D(p=0.2, dim_ordering="th")
Convolution1D(nb_filter=64, filter_length=3, border_mode="valid", activation="relu", subsample_length=1)
Convolution2D(nb_filter=32, nb_row=3, nb_col=3, border_mode="same", input_shape=(28, 28, 1))
Convolution3D(nb_filter=8, kernel_dim1=3, kernel_dim2=3, kernel_dim3=3)
SeparableConvolution2D(nb_filter=8, nb_row=3, nb_col=3, depth_multiplier=2)
Deconvolution2D(3, 3, 3, output_shape=(None, 14, 14, 3), border_mode="same")
LocallyConnected1D(nb_filter=8, filter_length=3)
AtrousConvolution2D(8, 3, 3, atrous_rate=(2, 2))
MaxPooling1D(pool_length=2, stride=1)
LSTM(output_dim=8, return_sequences=True, input_dim=4)
GRU(output_dim=8, inner_init="orthogonal")
SimpleRNN(output_dim=8, init="uniform")
ConvLSTM2D(nb_filter=4, nb_row=3, nb_col=3, border_mode="same")
Dropout(0.5)
Dropout(rate=0.5, seed=1)
Conv2D(32, 3, padding="same", strides=2)
Conv2D(32, (3, 3), activation="relu", data_format="channels_last")
Convolution2D(32, 3, 3, border_mode="same", subsample=(2, 2), dim_ordering="tf", init="glorot_uniform")
Conv1D(8, 3, dilation_rate=2, padding="causal", input_shape=(20, 4))
MaxPooling2D()
MaxPooling2D(pool_size=(2, 2), strides=2, border_mode="valid")
MaxPooling2D((2, 2))
GlobalAveragePooling2D(data_format="channels_first")
LSTM(32)
LSTM(32, return_sequences=True, dropout=0.2, recurrent_dropout=0.1)
LSTM(32, inner_activation="sigmoid", dropout_W=0.2, dropout_U=0.1, consume_less="gpu", input_dim=4, input_length=20)
GRU(units=8, go_backwards=True, stateful=True, batch_input_shape=(8, 20, 4))
Bidirectional(LSTM(4), merge_mode="concat")
TimeDistributed(Dense(3))
Embedding(1000, 64, input_length=10, mask_zero=True)
Embedding(input_dim=1000, output_dim=64, init="uniform")
BatchNormalization(axis=-1, momentum=0.9)
BatchNormalization(beta_init="zero", mode=0)
Activation("relu", name="act")
Flatten(input_shape=(8, 8, 1))
Reshape((4, 4))
Reshape(target_shape=(-1, 2))
Lambda(lambda tensor: tensor * 2, output_shape=(4,))
InputLayer(input_shape=(4,), batch_size=2)
inputs = Input((4,))
inputs = Input(shape=(4,), dtype="float32", name="in")
outputs = Dense(3)(inputs)
outputs = concatenate([outputs, outputs], axis=-1)
outputs = Concatenate()([outputs, outputs])
net = Model(inputs, outputs)
net = Model(inputs=[inputs], outputs=[outputs], name="net")
net = Model(input=inputs, output=outputs)
net = Model(inputs, outputs, trainable=False)
model.compile("sgd", "mse")
model.compile(optimizer=Adam(lr=1e-3), loss="categorical_crossentropy", metrics=["accuracy"])
net.compile(SGD(lr=0.1, momentum=0.9, nesterov=True), loss={"out": "mse"}, loss_weights={"out": 1.0})
model.compile(RMSprop(1e-3), lambda true, predicted: predicted - true)
model.fit(x, y)
model.fit(x, y, 32, 10, verbose=0, validation_split=0.1, shuffle=True)
model.fit(x=[x], y={"out": y}, epochs=3, batch_size=None, callbacks=[EarlyStopping(patience=3)])
model.fit(x, y, nb_epoch=3)
model.fit(x, y, validation_data=(x, y), class_weight={0: 1.0, 1: 2.0}, sample_weight=np.ones(8))
model.compile()
model.fit(x, y, validation_data=(x, y), validation_freq=2, verbose="auto")
model.train_on_batch(x, return_dict=True)
model.evaluate(x, y, batch_size=4, verbose=0)
model.evaluate(x, y, return_dict=True)
model.predict(x)
model.predict(x, batch_size=4)
model.train_on_batch(x, y)
model.save("model.h5")
model.load_weights("model.h5", by_name=True)
model.summary()
load_model("model.h5")
model_from_json(model.to_json())
model.to_json(indent=2, sort_keys=True)
model.to_yaml(default_flow_style=False)
model.fit_generator(iter([(x, y)]), samples_per_epoch=8, nb_epoch=1, validation_data=(x, y), nb_val_samples=8)
ModelCheckpoint("best.h5", monitor="val_acc", save_best_only=True)
EarlyStopping("val_loss", min_delta=0.001, mode="min")
ReduceLROnPlateau(factor=0.1, patience=5)
ReduceLROnPlateau(epsilon=1e-3)
LearningRateScheduler(lambda epoch: 0.1 / (epoch + 1))
CSVLogger("log.csv", append=True)
to_categorical(np.zeros(4), 3)
pad_sequences([[1, 2], [3]], maxlen=4)
plot_model(model, to_file="model.png", show_shapes=True)
builder = kwidgets.Builder()
builder = kwidgets.Builder(model)
builder = kwidgets.Builder("model.yaml", arrays={"x": x, "y": y})
builder = kwidgets.Builder(template="digits_cnn")
builder.set_data(source="digits", inputs={"input_1": "x"}, targets={"dense_1": "y"}, validation_split=0.2)
builder.start()
builder.start("again")
builder.save("model.py")
builder.model.predict(x)
kwidgets.Dashboard().fit(model, x, y, epochs=3, batch_size=2, validation_split=0.1)
model.fit(x, y, callbacks=[kwidgets.LiveCurves()])
