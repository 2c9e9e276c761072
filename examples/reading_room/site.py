"""A reading room that sells year passes: Django, and `django-alipay2` for paying."""

from __future__ import annotations

import os
import sys
import uuid
from pathlib import Path

import django
from django.conf import settings

HERE = Path(__file__).parent
PASSES = {"year": ("Year pass", "365.00"), "week": ("Week pass", "19.90")}

settings.configure(
    BASE_DIR=HERE,
    DEBUG=False,
    SECRET_KEY=os.environ.get("READING_ROOM_SECRET", "only-at-home"),
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=[
        "alipay",
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [HERE / "templates"],
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ.get("READING_ROOM_DB", str(HERE / "room.db")),
        }
    },
    LOGIN_URL="/login/",
    LOGIN_REDIRECT_URL="/",
    STATIC_URL="/static/",
    TIME_ZONE="Asia/Shanghai",
    USE_TZ=True,
)
django.setup()

from alipay.admin import AlipayPaymentAdmin, ProviderAdmin, RefundAdmin  # noqa: E402
from alipay.models import AlipayPayment, Provider, Refund  # noqa: E402
from django.contrib import admin  # noqa: E402
from django.contrib.auth.decorators import login_required  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.contrib.auth.views import LoginView  # noqa: E402
from django.core.management import call_command, execute_from_command_line  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import get_object_or_404, redirect, render  # noqa: E402
from django.urls import include, path  # noqa: E402
from django.views.decorators.http import require_POST  # noqa: E402

for model, page in ((AlipayPayment, AlipayPaymentAdmin), (Refund, RefundAdmin), (Provider, ProviderAdmin)):
    admin.site.register(model, page)


def shelf(request: HttpRequest) -> HttpResponse:
    return render(request, "shelf.html", {"passes": PASSES.items()})


@login_required
@require_POST
def buy(request: HttpRequest, kind: str) -> HttpResponse:
    subject, price = PASSES[kind]
    payment = AlipayPayment.objects.create(
        out_no=uuid.uuid4().hex,
        subject=subject,
        body=subject,
        amount_total=price,
        user=request.user,
        provider=Provider.objects.get(),
    )
    return redirect("alipay_redirect", out_no=payment.out_no)


@login_required
def order(request: HttpRequest, out_no: str) -> HttpResponse:
    return render(
        request, "order.html", {"payment": get_object_or_404(AlipayPayment, out_no=out_no, user=request.user)}
    )


urlpatterns = [
    path("", shelf),
    path("buy/<slug:kind>/", buy),
    path("orders/<slug:out_no>/", order),
    path("login/", LoginView.as_view(template_name="login.html")),
    path("alipay/", include("alipay.urls")),
    path("admin/", admin.site.urls),
]
application = get_wsgi_application()


def furnish() -> None:
    """Tables, two readers, and the merchant account out of the environment."""
    call_command("migrate", verbosity=0)
    for name, password in (("li", "spring-water"), ("wang", "autumn-water")):
        if not User.objects.filter(username=name).exists():
            User.objects.create_user(name, password=password)
    if not User.objects.filter(username="desk").exists():
        User.objects.create_superuser("desk", "desk@example.com", "winter-water")
    Provider.objects.all().delete()
    Provider.objects.create(
        app_id=os.environ["ALIPAY_APP_ID"],
        seller_id=os.environ["ALIPAY_SELLER_ID"],
        private_key=os.environ["ALIPAY_PRIVATE_KEY"],
        public_key=os.environ["ALIPAY_PUBLIC_KEY"],
        sign_type=Provider.SIGN_TYPE_RSA2,
        gateway=os.environ["ALIPAY_GATEWAY_URL"] + "?",
    )


if __name__ == "__main__":
    if sys.argv[1:] == ["furnish"]:
        furnish()
    else:
        execute_from_command_line(sys.argv)
