import parts.circle
try:
    parts.circle.later
except AttributeError as e:
    print(e)
try:
    from parts.circle import later
except ImportError as e:
    print(str(e).split(" (/")[0])
later = 1
