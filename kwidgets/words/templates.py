"""The templates."""


def no_template(name: object) -> str:
    return f"There is no template {name!r}."


# Of each template: its title, and a line that says what it is.
TEMPLATES = {
    "linear_regression": ("Linear regression", "One unit on one number: a straight line."),
    "digits_perceptron": ("Perceptron for digits", "8×8 images, two dense layers."),
    "mnist_perceptron": ("Perceptron for MNIST", "784 numbers, two dense layers."),
    "lenet": ("LeNet", "28×28 images; the first convolutional net for digits."),
    "digits_cnn": ("Digits CNN", "8×8 images, two convolutions."),
    "vgg_block": ("VGG blocks", "32×32 pictures, two convolutions and a pooling, twice."),
    "residual_net": ("Residual net", "32×32 pictures, three stages of residual blocks."),
    "unet": ("U-Net", "32×32 pictures to masks, down and up again."),
    "text_lstm": ("LSTM for text", "80 word numbers to one yes or no."),
    "news": ("Two inputs, two outputs", "Headlines and extra data, an early and a late output."),
    "autoencoder": ("Autoencoder", "784 numbers through 32 and back."),
    "residual": ("Residual block", "A convolutional block with a way round it."),
    "siamese": ("Shared layer", "One LSTM reads two images and says if they belong together."),
    "vgg16": ("VGG16", "16 layers of 3×3 convolutions for 1000 classes (2014)."),
    "vgg19": ("VGG19", "19 layers of 3×3 convolutions for 1000 classes (2014)."),
    "resnet50": ("ResNet50", "50 layers in residual blocks (2015)."),
    "inceptionv3": ("InceptionV3", "Branches of several window sizes (2015)."),
    "xception": ("Xception", "Separable convolutions with ways round them (2016)."),
    "mobilenet": ("MobileNet", "Separable convolutions for phones (2017)."),
    "mobilenetv2": ("MobileNetV2", "Residual blocks that are narrow at their ends (2018)."),
    "densenet121": ("DenseNet121", "Every layer sees all before it in its block (2016)."),
    "nasnetmobile": ("NASNetMobile", "Cells that a search found (2017)."),
}
