"""The image, built and run where there is no Docker: buildah builds it, podman and runc run it, as root.

    python -m tools.image base      # a Debian of this machine's release from this machine's mirror, for the public one
    python -m tools.image build     # localhost/aptas on it

With Docker: `docker build -f Containerfile -t aptas .` on the public base. Nothing here is needed for that.
"""
