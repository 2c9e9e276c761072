"""What the files are called that make programs find the simulator and believe it."""

FOLDER = "as-platform-"
"""How the folder begins where they are, below the scratch folder of a simulator's process."""
AUTHORITY = "ca.pem"
BUNDLE = "bundle.pem"
JAVA = "truststore.p12"
JAVA_PASSWORD = "changeit"  # noqa: S105 - Java's own for what is no secret
PHP = "php"
"""A folder, since that is what PHP scans."""
NODE = "node.cjs"
TOLD = "platform.json"
"""Who plays, and where: read by `node.cjs` and by `golive exec`."""
