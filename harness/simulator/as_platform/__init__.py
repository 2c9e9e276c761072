"""The simulator under the platforms' own names: for apps and SDKs whose host is fixed."""
