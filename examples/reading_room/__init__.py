"""A reading room that sells days at Alipay's own page, over Django and `django-alipay2`."""
