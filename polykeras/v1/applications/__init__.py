"""Networks of Keras 1.2.2 for images and music, made from scratch or with published weights in a local file."""

from polykeras.v1.applications.inception_v3 import InceptionV3
from polykeras.v1.applications.music_tagger_crnn import MusicTaggerCRNN
from polykeras.v1.applications.resnet50 import ResNet50
from polykeras.v1.applications.vgg16 import VGG16
from polykeras.v1.applications.vgg19 import VGG19
from polykeras.v1.applications.xception import Xception

__all__ = ["VGG16", "VGG19", "InceptionV3", "MusicTaggerCRNN", "ResNet50", "Xception"]
