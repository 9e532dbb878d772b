print("triagedns")
