# The site, served by gunicorn. Settings come from the environment: see .env.example and compose.yaml.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 BIND=0.0.0.0:8000
WORKDIR /app
RUN useradd --system --uid 10001 --no-create-home sheets

COPY pyproject.toml README.md LICENSE ./
COPY batching batching
RUN pip install --no-cache-dir --editable '.[client,openapi,postgres,redis,site]'

COPY manage.py ./
COPY config config
COPY characters characters
COPY templates templates
COPY static static
# The key is for this step only: nothing that it makes contains it.
RUN SECRET_KEY=collectstatic python manage.py collectstatic --no-input

USER sheets
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["python", "-m", "config.probe"]
CMD ["gunicorn", "--config", "python:config.gunicorn", "config.wsgi"]
