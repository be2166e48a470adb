import os
import time

from django.http import HttpResponse
from django.templatetags.static import static
from django.urls import path


def hello(request):
    return HttpResponse(f"hello from django as {os.getuid()}, styled by {static('style.css')}")


def slow(request):
    time.sleep(1)
    return hello(request)


urlpatterns = [path("", hello), path("slow", slow)]
