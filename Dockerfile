# The auditor with the browser, as a normal user. docs/deploy.md says how to run it; the browser's sandbox needs
# deploy/seccomp.json there.
FROM python:3.13-slim-trixie AS build
WORKDIR /source
COPY . .
RUN python -m venv /opt/auditor \
 && /opt/auditor/bin/pip install --no-cache-dir '.[fleet,notify,ocr,postgresql,serve]'

FROM python:3.13-slim-trixie
# Debian's Chromium, without a window and so at less CPU: its security team mends it, and it comes from where the
# rest comes from. Fonts decide what text is measured as, so they are named: as wide as Arial, Times and Courier, and
# for other scripts.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends \
    chromium-headless-shell fonts-liberation fonts-noto-color-emoji fonts-noto-core tini \
 && rm -rf /var/lib/apt/lists/* \
 && fc-cache --system-only --force \
 && useradd --uid 10001 --user-group --home-dir /tmp --no-create-home auditor \
 && install --directory --owner=auditor --group=auditor /config /reports
COPY --from=build /opt/auditor /opt/auditor
ENV PATH=/opt/auditor/bin:$PATH \
    HOME=/tmp \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /config
ENTRYPOINT ["tini", "--", "auditor"]
CMD ["--help"]
