"""Alipay's payments over the Model Context Protocol, as their official server names its tools."""
