name = "first of parts"
