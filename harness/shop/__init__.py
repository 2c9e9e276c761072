"""The reference merchant: a small web shop that takes WeChat payments correctly, and wrongly on request.

Start reading at `app.py`, which puts the parts together. `practices.py` names the places where a shop
can go wrong; `defects/` goes wrong there, one at a time, so that scenarios can prove that they notice.
"""
