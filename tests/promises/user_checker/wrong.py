"""Calls with a mistake, one a line: type checkers refuse every one. Nothing here is run."""

import numpy as np

import kwidgets
from engine import Input, Model, Sequential
from engine.callbacks import CSVLogger, EarlyStopping, ModelCheckpoint, ReduceLROnPlateau
from engine.layers import (
    GRU,
    LSTM,
    BatchNormalization,
    Bidirectional,
    Conv1D,
    Conv2D,
    Convolution1D,
    Convolution2D,
    Dense,
    Dropout,
    Embedding,
    MaxPooling2D,
    UpSampling2D,
)
from engine.models import load_model
from engine.optimizers import SGD, Adam, RMSprop

x = np.zeros((8, 4))
y = np.zeros((8, 3))
model = Sequential([Dense(3, input_dim=4)])
net = Model(Input((4,)), Input((4,)))
builder = kwidgets.Builder()

# Calls, one a line.
Dense(unit=3)
Dense(output_dims=3)
Dense("3")
Dense(3, input_dim="4")
Dense(3, use_bias="yes please")
Dense(3, activate="relu")
Dense(3, trainable="no")
Dense(3, input_shap=(4,))
Dropout("half")
Dropout(0.5, seed="7")
Dropout(rat=0.5)
Conv2D(32, 3, nb_rows=3)
model.to_json(indnt=2)
model.to_json(sort_keys="yes")
model.to_yaml(flow_style=False)
GRU(output_dim="8")
Dropout(p="half")
Convolution1D(nb_filter=64, filter_size=3)
Conv2D("32", 3)
Conv2D(32, 3, padding=1)
Conv2D(32, 3, stride=2)
Conv2D(32, 3, use_bias="off")
Convolution2D(32, 3, 3, border="same")
Convolution2D(32, 3, 3, border_mode=1)
Conv1D(8, 3, filter=4)
MaxPooling2D(pool=(2, 2))
MaxPooling2D(padding=0)
UpSampling2D(sizes=2)
LSTM(32, return_sequence=True)
LSTM("32")
LSTM(32, return_sequences="yes")
LSTM(32, dropout="0.2")
LSTM(32, dropout_W="0.2")
Embedding()
GRU(8, statefull=True)
GRU(8, unroll="yes")
Embedding(1000)
Embedding("1000", 64)
Embedding(1000, 64, mask_zeros=True)
Bidirectional()
BatchNormalization(axis="last")
BatchNormalization(momentum="0.9")
BatchNormalization(epsilom=1e-3)
Input((4,), named="in")
Adam(lr="1e-3")
Adam(learning_rat=1e-3)
SGD(momentm=0.9)
SGD(0.1, nesterov="yes")
RMSprop(rho="0.9")
Model(nam="net")
Model(trainable="no")
Sequential(layer=[])
Sequential(3)
model.add(3)
model.add("Dense")
model.compile("sgd", "mse", metric=["acc"])
model.fit(x, y, epochs="3")
model.fit(x, y, nb_epoch="3")
model.fit(x, y, epoch=3)
model.fit(x, y, batch_size="32")
model.fit(x, y, verbose="quiet please")
model.fit(x, y, validation_split="0.1")
model.fit(x, y, callbacks="early")
model.fit(x, y, callbacks=[3])
model.evaluate(x, y, batch_size="32")
model.evaluate(x, y, verbos=0)
model.predict(x, batch=3)
model.predict()
model.get_layer(name=3)
model.get_layer(index="first")
model.load_weights(by_names=True)
model.save()
load_model()
EarlyStopping(patience="3")
EarlyStopping(monitors="loss")
ModelCheckpoint()
ModelCheckpoint("best.h5", save_best_only="yes")
ReduceLROnPlateau(factor="0.1")
ReduceLROnPlateau(epsilom=1e-3)
CSVLogger()
kwidgets.Builder(modell=model)
kwidgets.Builder(3)
kwidgets.Builder(template=3)
builder.start("go")
builder.start(steps="1")
builder.set_data(x=1)
builder.set_data(source=1)
builder.set_data(validation_split="0.2")
builder.save()
builder.load_weights(3)
builder.model.predict()
kwidgets.Dashboard().fit(model, x, y, epochs="3")
kwidgets.Dashboard().fit(model, x, y, validation=0.1)
kwidgets.Dashboard(model)
kwidgets.LiveCurves(stop=True)
