"""Set-up from nothing: uv, the locked packages, a browser, a Chinese font. Standard library only.

It runs before anything is installed, writes only inside the project (apt-get excepted), and tells each
thing it did in one line with its seconds.
"""
