__all__ = ["first", "number"]
number = 7
