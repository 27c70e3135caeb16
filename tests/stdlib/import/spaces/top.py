NAME = "top of " + __package__
