from . import first, number
from .first import name
