"""The fields of Caffe's messages: their numbers and kinds, as facts of its file format (caffe.proto of 2018 and the forms before).

`LayerParameter` is the present form of a layer, `V1LayerParameter` that of 2014 with its types as an enumeration, and
`V0LayerParameter` that of 2013, which lies in one of 2014. Pictures and states of solvers are not here.
"""

from __future__ import annotations

from ..protobuf import Schema

__all__ = ["CAFFE"]

_PARAMETERS = {
    "AccuracyParameter": "top_k 1 int, axis 2 int, ignore_label 3 int",
    "ArgMaxParameter": "out_max_val 1 bool, top_k 2 int, axis 3 int",
    "BatchNormParameter": "use_global_stats 1 bool, moving_average_fraction 2 float, eps 3 float",
    "BiasParameter": "axis 1 int, num_axes 2 int, filler 3 FillerParameter",
    "ClipParameter": "min 1 float, max 2 float",
    "ConcatParameter": "concat_dim 1 int, axis 2 int",
    "ContrastiveLossParameter": "margin 1 float, legacy_version 2 bool",
    "ConvolutionParameter": (
        "num_output 1 int, bias_term 2 bool, pad* 3 int, kernel_size* 4 int, group 5 int, stride* 6 int, "
        "weight_filler 7 FillerParameter, bias_filler 8 FillerParameter, pad_h 9 int, pad_w 10 int, kernel_h 11 int, "
        "kernel_w 12 int, stride_h 13 int, stride_w 14 int, engine 15 Engine, axis 16 int, force_nd_im2col 17 bool, "
        "dilation* 18 int"
    ),
    "CropParameter": "axis 1 int, offset* 2 int",
    "DataParameter": (
        "source 1 text, scale 2 float, mean_file 3 text, batch_size 4 int, crop_size 5 int, mirror 6 bool, rand_skip 7 int, "
        "backend 8 DB, force_encoded_color 9 bool, prefetch 10 int"
    ),
    "DropoutParameter": "dropout_ratio 1 float",
    "DummyDataParameter": (
        "data_filler* 1 FillerParameter, num* 2 int, channels* 3 int, height* 4 int, width* 5 int, shape* 6 BlobShape"
    ),
    "EltwiseParameter": "operation 1 EltwiseOp, coeff* 2 float, stable_prod_grad 3 bool",
    "ELUParameter": "alpha 1 float",
    "EmbedParameter": (
        "num_output 1 int, input_dim 2 int, bias_term 3 bool, weight_filler 4 FillerParameter, "
        "bias_filler 5 FillerParameter"
    ),
    "ExpParameter": "base 1 float, scale 2 float, shift 3 float",
    "FlattenParameter": "axis 1 int, end_axis 2 int",
    "HDF5DataParameter": "source 1 text, batch_size 2 int, shuffle 3 bool",
    "HDF5OutputParameter": "file_name 1 text",
    "HingeLossParameter": "norm 1 Norm",
    "ImageDataParameter": (
        "source 1 text, scale 2 float, mean_file 3 text, batch_size 4 int, crop_size 5 int, mirror 6 bool, rand_skip 7 int, "
        "shuffle 8 bool, new_height 9 int, new_width 10 int, is_color 11 bool, root_folder 12 text"
    ),
    "InfogainLossParameter": "source 1 text, axis 2 int",
    "InnerProductParameter": (
        "num_output 1 int, bias_term 2 bool, weight_filler 3 FillerParameter, bias_filler 4 FillerParameter, axis 5 int, "
        "transpose 6 bool"
    ),
    "InputParameter": "shape* 1 BlobShape",
    "LogParameter": "base 1 float, scale 2 float, shift 3 float",
    "LossParameter": "ignore_label 1 int, normalize 2 bool, normalization 3 NormalizationMode",
    "LRNParameter": (
        "local_size 1 int, alpha 2 float, beta 3 float, norm_region 4 NormRegion, k 5 float, engine 6 Engine"
    ),
    "MemoryDataParameter": "batch_size 1 int, channels 2 int, height 3 int, width 4 int",
    "MVNParameter": "normalize_variance 1 bool, across_channels 2 bool, eps 3 float",
    "ParameterParameter": "shape 1 BlobShape",
    "PoolingParameter": (
        "pool 1 PoolMethod, kernel_size 2 int, stride 3 int, pad 4 int, kernel_h 5 int, kernel_w 6 int, stride_h 7 int, "
        "stride_w 8 int, pad_h 9 int, pad_w 10 int, engine 11 Engine, global_pooling 12 bool, round_mode 13 RoundMode, "
        "ceil_mode 100013 bool"  # of programs made from Caffe, in text alone: there it has the number of round_mode
    ),
    "PowerParameter": "power 1 float, scale 2 float, shift 3 float",
    "PReLUParameter": "filler 1 FillerParameter, channel_shared 2 bool",
    "PythonParameter": "module 1 text, layer 2 text, param_str 3 text, share_in_parallel 4 bool",
    "RecurrentParameter": (
        "num_output 1 int, weight_filler 2 FillerParameter, bias_filler 3 FillerParameter, debug_info 4 bool, "
        "expose_hidden 5 bool"
    ),
    "ReductionParameter": "operation 1 ReductionOp, axis 2 int, coeff 3 float",
    "ReLUParameter": "negative_slope 1 float, engine 2 Engine",
    "ReshapeParameter": "shape 1 BlobShape, axis 2 int, num_axes 3 int",
    "ScaleParameter": (
        "axis 1 int, num_axes 2 int, filler 3 FillerParameter, bias_term 4 bool, bias_filler 5 FillerParameter"
    ),
    "SigmoidParameter": "engine 1 Engine",
    "SliceParameter": "slice_dim 1 int, slice_point* 2 int, axis 3 int",
    "SoftmaxParameter": "engine 1 Engine, axis 2 int",
    "SPPParameter": "pyramid_height 1 int, pool 2 PoolMethod, engine 6 Engine",
    "SwishParameter": "beta 1 float",
    "TanHParameter": "engine 1 Engine",
    "ThresholdParameter": "threshold 1 float",
    "TileParameter": "axis 1 int, tiles 2 int",
    "TransformationParameter": (
        "scale 1 float, mirror 2 bool, crop_size 3 int, mean_file 4 text, mean_value* 5 float, force_color 6 bool, "
        "force_gray 7 bool"
    ),
    "WindowDataParameter": (
        "source 1 text, scale 2 float, mean_file 3 text, batch_size 4 int, crop_size 5 int, mirror 6 bool, "
        "fg_threshold 7 float, bg_threshold 8 float, fg_fraction 9 float, context_pad 10 int, crop_mode 11 text, "
        "cache_images 12 bool, root_folder 13 text"
    ),
}

_LAYER = (
    "name 1 text, type 2 text, bottom* 3 text, top* 4 text, loss_weight* 5 float, param* 6 ParamSpec, blobs* 7 BlobProto, "
    "include* 8 NetStateRule, exclude* 9 NetStateRule, phase 10 Phase, propagate_down* 11 bool, "
    "transform_param 100 TransformationParameter, loss_param 101 LossParameter, accuracy_param 102 AccuracyParameter, "
    "argmax_param 103 ArgMaxParameter, concat_param 104 ConcatParameter, contrastive_loss_param 105 ContrastiveLossParameter, "
    "convolution_param 106 ConvolutionParameter, data_param 107 DataParameter, dropout_param 108 DropoutParameter, "
    "dummy_data_param 109 DummyDataParameter, eltwise_param 110 EltwiseParameter, exp_param 111 ExpParameter, "
    "hdf5_data_param 112 HDF5DataParameter, hdf5_output_param 113 HDF5OutputParameter, hinge_loss_param 114 HingeLossParameter, "
    "image_data_param 115 ImageDataParameter, infogain_loss_param 116 InfogainLossParameter, "
    "inner_product_param 117 InnerProductParameter, lrn_param 118 LRNParameter, memory_data_param 119 MemoryDataParameter, "
    "mvn_param 120 MVNParameter, pooling_param 121 PoolingParameter, power_param 122 PowerParameter, relu_param 123 ReLUParameter, "
    "sigmoid_param 124 SigmoidParameter, softmax_param 125 SoftmaxParameter, slice_param 126 SliceParameter, "
    "tanh_param 127 TanHParameter, threshold_param 128 ThresholdParameter, window_data_param 129 WindowDataParameter, "
    "python_param 130 PythonParameter, prelu_param 131 PReLUParameter, spp_param 132 SPPParameter, "
    "reshape_param 133 ReshapeParameter, log_param 134 LogParameter, flatten_param 135 FlattenParameter, "
    "reduction_param 136 ReductionParameter, embed_param 137 EmbedParameter, tile_param 138 TileParameter, "
    "batch_norm_param 139 BatchNormParameter, elu_param 140 ELUParameter, bias_param 141 BiasParameter, "
    "scale_param 142 ScaleParameter, input_param 143 InputParameter, crop_param 144 CropParameter, "
    "parameter_param 145 ParameterParameter, recurrent_param 146 RecurrentParameter, swish_param 147 SwishParameter, "
    "clip_param 148 ClipParameter"
)

_LAYER_OF_2014 = (
    "layer 1 V0LayerParameter, bottom* 2 text, top* 3 text, name 4 text, type 5 LayerType, blobs* 6 BlobProto, "
    "blobs_lr* 7 float, weight_decay* 8 float, concat_param 9 ConcatParameter, convolution_param 10 ConvolutionParameter, "
    "data_param 11 DataParameter, dropout_param 12 DropoutParameter, hdf5_data_param 13 HDF5DataParameter, "
    "hdf5_output_param 14 HDF5OutputParameter, image_data_param 15 ImageDataParameter, "
    "infogain_loss_param 16 InfogainLossParameter, inner_product_param 17 InnerProductParameter, lrn_param 18 LRNParameter, "
    "pooling_param 19 PoolingParameter, window_data_param 20 WindowDataParameter, power_param 21 PowerParameter, "
    "memory_data_param 22 MemoryDataParameter, argmax_param 23 ArgMaxParameter, eltwise_param 24 EltwiseParameter, "
    "threshold_param 25 ThresholdParameter, dummy_data_param 26 DummyDataParameter, accuracy_param 27 AccuracyParameter, "
    "hinge_loss_param 29 HingeLossParameter, relu_param 30 ReLUParameter, slice_param 31 SliceParameter, "
    "include* 32 NetStateRule, exclude* 33 NetStateRule, mvn_param 34 MVNParameter, loss_weight* 35 float, "
    "transform_param 36 TransformationParameter, tanh_param 37 TanHParameter, sigmoid_param 38 SigmoidParameter, "
    "softmax_param 39 SoftmaxParameter, contrastive_loss_param 40 ContrastiveLossParameter, exp_param 41 ExpParameter, "
    "loss_param 42 LossParameter, param* 1001 text, blob_share_mode* 1002 DimCheckMode"
)

_LAYER_OF_2013 = (
    "name 1 text, type 2 text, num_output 3 int, biasterm 4 bool, weight_filler 5 FillerParameter, "
    "bias_filler 6 FillerParameter, pad 7 int, kernelsize 8 int, group 9 int, stride 10 int, pool 11 PoolMethod, "
    "dropout_ratio 12 float, local_size 13 int, alpha 14 float, beta 15 float, source 16 text, scale 17 float, "
    "meanfile 18 text, batchsize 19 int, cropsize 20 int, mirror 21 bool, k 22 float, blobs* 50 BlobProto, "
    "blobs_lr* 51 float, weight_decay* 52 float, rand_skip 53 int, det_fg_threshold 54 float, det_bg_threshold 55 float, "
    "det_fg_fraction 56 float, det_context_pad 58 int, det_crop_mode 59 text, new_num 60 int, new_channels 61 int, "
    "new_height 62 int, new_width 63 int, shuffle_images 64 bool, concat_dim 65 int, hdf5_output_param 1001 HDF5OutputParameter"
)

_NET = {
    "NetParameter": (
        "name 1 text, layers* 2 V1LayerParameter, input* 3 text, input_dim* 4 int, force_backward 5 bool, state 6 NetState, "
        "debug_info 7 bool, input_shape* 8 BlobShape, layer* 100 LayerParameter"
    ),
    "NetState": "phase 1 Phase, level 2 int, stage* 3 text",
    "NetStateRule": "phase 1 Phase, min_level 2 int, max_level 3 int, stage* 4 text, not_stage* 5 text",
    "ParamSpec": "name 1 text, share_mode 2 DimCheckMode, lr_mult 3 float, decay_mult 4 float",
    "BlobShape": "dim* 1 int",
    "BlobProto": (
        "num 1 int, channels 2 int, height 3 int, width 4 int, data* 5 float, diff* 6 float, shape 7 BlobShape, "
        "double_data* 8 double, double_diff* 9 double"
    ),
    "FillerParameter": (
        "type 1 text, value 2 float, min 3 float, max 4 float, mean 5 float, std 6 float, sparse 7 int, "
        "variance_norm 8 VarianceNorm"
    ),
    "LayerParameter": _LAYER,
    "V1LayerParameter": _LAYER_OF_2014,
    "V0LayerParameter": _LAYER_OF_2013,
}

_SOLVER = (
    "train_net 1 text, test_net* 2 text, test_iter* 3 int, test_interval 4 int, base_lr 5 float, display 6 int, max_iter 7 int, "
    "lr_policy 8 text, gamma 9 float, power 10 float, momentum 11 float, weight_decay 12 float, stepsize 13 int, snapshot 14 int, "
    "snapshot_prefix 15 text, snapshot_diff 16 bool, solver_mode 17 SolverMode, device_id 18 int, test_compute_loss 19 bool, "
    "random_seed 20 int, train_net_param 21 NetParameter, test_net_param* 22 NetParameter, debug_info 23 bool, net 24 text, "
    "net_param 25 NetParameter, train_state 26 NetState, test_state* 27 NetState, snapshot_after_train 28 bool, "
    "regularization_type 29 text, solver_type 30 SolverType, delta 31 float, test_initialization 32 bool, average_loss 33 int, "
    "stepvalue* 34 int, clip_gradients 35 float, iter_size 36 int, snapshot_format 37 SnapshotFormat, rms_decay 38 float, "
    "momentum2 39 float, type 40 text, layer_wise_reduce 41 bool, weights* 42 text"
)

_TYPES_OF_2014 = (
    "NONE ACCURACY BNLL CONCAT CONVOLUTION DATA DROPOUT EUCLIDEAN_LOSS FLATTEN HDF5_DATA HDF5_OUTPUT IM2COL IMAGE_DATA "
    "INFOGAIN_LOSS INNER_PRODUCT LRN MULTINOMIAL_LOGISTIC_LOSS POOLING RELU SIGMOID SOFTMAX SOFTMAX_LOSS SPLIT TANH "
    "WINDOW_DATA ELTWISE POWER SIGMOID_CROSS_ENTROPY_LOSS HINGE_LOSS MEMORY_DATA ARGMAX THRESHOLD DUMMY_DATA SLICE MVN ABSVAL "
    "SILENCE CONTRASTIVE_LOSS EXP DECONVOLUTION"
)


def _numbered(names: str, first: int = 0) -> dict[str, int]:
    return {name: number for number, name in enumerate(names.split(), first)}


CAFFE = Schema(
    {**_NET, **_PARAMETERS, "SolverParameter": _SOLVER},
    {
        "Phase": _numbered("TRAIN TEST"),
        "Engine": _numbered("DEFAULT CAFFE CUDNN"),
        "DB": _numbered("LEVELDB LMDB"),
        "DimCheckMode": _numbered("STRICT PERMISSIVE"),
        "EltwiseOp": _numbered("PROD SUM MAX"),
        "Norm": _numbered("L1 L2", 1),
        "NormalizationMode": _numbered("FULL VALID BATCH_SIZE NONE"),
        "NormRegion": _numbered("ACROSS_CHANNELS WITHIN_CHANNEL"),
        "PoolMethod": _numbered("MAX AVE STOCHASTIC"),
        "ReductionOp": _numbered("SUM ASUM SUMSQ MEAN", 1),
        "RoundMode": _numbered("CEIL FLOOR"),
        "SnapshotFormat": _numbered("HDF5 BINARYPROTO"),
        "SolverMode": _numbered("CPU GPU"),
        "SolverType": _numbered("SGD NESTEROV ADAGRAD RMSPROP ADADELTA ADAM"),
        "VarianceNorm": _numbered("FAN_IN FAN_OUT AVERAGE"),
        "LayerType": _numbered(_TYPES_OF_2014),
    },
)
