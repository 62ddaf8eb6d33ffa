"""Interactive figures that work with a kernel and in the static website alike."""

from utils.widgets.base import CourseWidget
from utils.widgets.colorizer import Colorizer
from utils.widgets.frozen_network import FrozenNetwork
from utils.widgets.penalty_explorer import PenaltyExplorer
from utils.widgets.weight_player import WeightPlayer

__all__ = [
    "Colorizer",
    "CourseWidget",
    "FrozenNetwork",
    "PenaltyExplorer",
    "WeightPlayer",
]
