"""The browser side: finding a browser, the devices it plays, reading QR codes, and the page objects."""
