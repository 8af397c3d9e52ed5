"""Networks for images, made from scratch or with published weights that are in a local file."""

from polykeras.applications import imagenet_utils, inception_v3, resnet50, vgg16, vgg19, xception
from polykeras.applications.inception_v3 import InceptionV3
from polykeras.applications.resnet50 import ResNet50
from polykeras.applications.vgg16 import VGG16
from polykeras.applications.vgg19 import VGG19
from polykeras.applications.xception import Xception

__all__ = [
    "VGG16", "VGG19", "InceptionV3", "ResNet50", "Xception", "imagenet_utils", "inception_v3", "resnet50", "vgg16",
    "vgg19", "xception",
]  # fmt: skip
