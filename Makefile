# make repro: the whole experiment. make test: linters, types, tests. Both need nothing but Python 3.11 or newer.
PYTHON ?= python3
# The clone of the tiny run has no environment of its own.
TINY_CLONE := $(and $(filter %/.scratch/tiny,$(CURDIR)),$(wildcard ../../.venv/.ready))
VENV := $(if $(TINY_CLONE),../../.venv,.venv)
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export PYTHONUNBUFFERED := 1
# Compiled modules are kept: each of the hundreds of programs that the tests start would compile them all anew.
unexport PYTHONDONTWRITEBYTECODE

# librosa compiles itself where it is first used. Two programs that did so at once would spoil one another's files.
COMPILE_LIBROSA := import librosa, librosa.core.pitch; tone = librosa.tone(440, duration=1); \
  librosa.onset.onset_detect(y=tone); librosa.cqt(tone); librosa.lpc(tone, order=12)

.PHONY: help setup repro summary experiments check test style types pytest bench faults fuzz reproduce paper paper-collect seeds best ablation judge answers search search-apply compare corpus voice-detection speech-detection docs docs-serve tables picture lock clean

help:
	@echo "make setup    virtual environment with exact versions (the other targets call it)"
	@echo "make repro    dvc repro: the whole pipeline on the corpus that params.yaml names"
	@echo "make repro TINY=1    all of it on four singers, in a clone of its own, .scratch/tiny: how everything looks"
	@echo "make summary  what that gave, in ten figures, beside the range over seeds; make repro ends with it"
	@echo "make check    ruff, mypy, and the quick tests, which run no pipeline: while you work"
	@echo "make test     ruff, mypy, and all tests: before a change lands"
	@echo "make bench    speed, memory and disk against the plain alternatives, into benchmarks/RESULTS.md (QUICK=1: tiny)"
	@echo "make fuzz     thousands of damaged files of every kind that is read (EXAMPLES=2000)"
	@echo "make faults ROUNDS=50 SEED=0    kill the tiny pipeline at random moments; its results must not change"
	@echo "make reproduce CORPUS=tiny   two clean clones, other numbers of processes and threads, the same results? (or CORPUS=full)"
	@echo "make paper    table 1 and figure 3: all variants and seeds of params.yaml, as experiments; stop it, and it carries on"
	@echo "make paper-collect    table and figure of the runs that are done, without running any"
	@echo "make seeds    the default run and its rivals under three seeds and two precisions; stop it, and it carries on"
	@echo "make best     train the embedding for unseen singers, on the choir (REAL=ravdess-song: and on a corpus of data/raw)"
	@echo "make ablation what each ingredient of it is worth, by leaving real singers and songs out; stop it, and it carries on"
	@echo "make judge    what the model in the package is worth on real singers, beside baselines that need no training (MODEL=path: another)"
	@echo "make judge ANCHORS=1  beside speech encoders, too, whose packages it installs (ONNX=path: or an encoder of your own)"
	@echo "make answers FROM=/path/to/ravdess_song    what the command's answers are worth on real singers"
	@echo "make search   hyper-parameters by Optuna over experiments, for the validation loss; stop it, and it carries on"
	@echo "make search-apply     the best trial into the work tree"
	@echo "make experiments      every dvc exp run: its figures, and the parameters that it changed"
	@echo "make compare A=HEAD B=cqt    two results: the difference, its interval, and whether it may be chance"
	@echo "make voice-detection      both methods of voice detection, on sounds in which the sung stretches are known"
	@echo "make speech-detection SPEECH=folders SINGING=folders   how often it doubts recorded speech, and singing; a folder a voice"
	@echo "make corpus NAME=ravdess-song FROM=/path/to/folder    bring a corpus into data/raw under DVC"
	@echo "make docs     the documentation into site/, links checked; make docs-serve: at http://127.0.0.1:8000, as you write"
	@echo "make tables   the tables of README and documents, from metrics/ (make test fails where they differ)"
	@echo "make picture  the picture of the page with which README opens, from report/ (needs Chromium)"
	@echo "make lock     resolve pyproject.toml anew and write requirements.lock"
	@echo "make clean    remove scratch, built pages and caches of tools (ALL=1: what stages made too, and DVC's cache)"

setup: $(if $(TINY_CLONE),,$(VENV)/.ready)

$(VENV)/.ready: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; say which: make PYTHON=python3.12 ...")'
	@echo "installing 2.5 GB into $(VENV), for some minutes and without a word"
	$(PYTHON) -m venv $(VENV)
	pip install --quiet --disable-pip-version-check --requirement requirements.lock
	pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	python -c "$(COMPILE_LIBROSA)"
	python -m pipeline.studies.plots_template $(VENV)/plots_offline.html
	dvc config --quiet --local plots.html_template ../$(VENV)/plots_offline.html
	@touch $@

repro: setup
ifdef TINY
	@python -m pipeline.studies.tiny
else
	@python -m pipeline.studies.leftovers
	dvc repro
	@python -m pipeline.studies.summary
endif

# Columns with a slash are of stages' inputs: what differs there follows from the parameters, which would not fit beside.
experiments: setup
	@dvc exp show --only-changed --drop '.*/|Created'

summary: setup
	@python -m pipeline.studies.summary

# mypy has one core to itself where it reads all packages for the first time; the tests use the others meanwhile.
check: style
	@$(MAKE) --no-print-directory --jobs 2 types pytest SELECTED='-m "not pipeline and not slow"'

test: style
	@$(MAKE) --no-print-directory --jobs 2 types pytest

style: setup
	ruff check .
	ruff format --check .

types: setup
	mypy

pytest: setup
	pytest -n auto --dist loadfile --no-loadscope-reorder $(SELECTED)

bench: setup
	python -m benchmarks $(if $(QUICK),--quick)

fuzz: setup
	FUZZ_EXAMPLES=$(or $(EXAMPLES),2000) pytest -n auto tests/test_fuzz.py

paper: setup
	@python -m pipeline.studies.paper

paper-collect: setup
	@python -m pipeline.studies.paper --collect

seeds: setup
	@python -m pipeline.studies.seeds

best: setup
	@python -m pipeline.studies.leftovers
	@python -m pipeline.studies.preset best $(if $(REAL),--real $(REAL))

ablation: setup
	@python -m pipeline.studies.ablation

judge: setup
	@$(if $(ANCHORS),pip install --quiet --disable-pip-version-check --no-deps --requirement requirements-anchors.lock)
	@python -m pipeline.studies.judge $(if $(MODEL),--model "$(MODEL)") $(if $(OUTPUT),--output "$(OUTPUT)") \
	  $(if $(ANCHORS),--anchors) $(if $(ONNX),--onnx "$(ONNX)")

answers: setup
	@test -n "$(FROM)" || { echo "usage: make answers FROM=/path/to/ravdess_song   (the RAVDESS songs)"; exit 2; }
	@python -m benchmarks.answers "$(FROM)"

search: setup
	@python -m pipeline.studies.search

search-apply: setup
	@python -m pipeline.studies.search --apply

faults: setup
	python -m benchmarks.faults --rounds $(or $(ROUNDS),50) --seed $(or $(SEED),0)

reproduce: setup
	python -m benchmarks.reproduce --corpus $(or $(CORPUS),tiny)

compare: setup
	@test -n "$(A)" -a -n "$(B)" || { echo "usage: make compare A=HEAD B=cqt   (commits, branches, experiments, or workspace)"; exit 2; }
	@python -m pipeline.studies.compare "$(A)" "$(B)"

voice-detection: setup
	@python -m pipeline.studies.voice_detection

speech-detection: setup
	@test -n "$(SPEECH)" -a -n "$(SINGING)" || { echo 'usage: make speech-detection SPEECH="/path/to/voice ..." SINGING="/path/to/voice ..."'; exit 2; }
	@python -m pipeline.studies.speech_detection --speech $(SPEECH) --singing $(SINGING)

corpus: setup
	@test -n "$(NAME)" -a -n "$(FROM)" || { echo "usage: make corpus NAME=ravdess-song FROM=/path/to/folder"; exit 2; }
	@python -m pipeline.studies.bring_in "$(FROM)" "$(NAME)"
	dvc add "data/raw/$(NAME)"
	@echo "Now: git commit -m 'Add $(NAME)' data/raw    (the queue, --temp and make best run what is committed)"
	@echo "then: dvc exp run -S corpus.name=$(NAME)"

docs: setup
	@NO_MKDOCS_2_WARNING=1 python -m mkdocs build --quiet --strict
	@echo "open site/index.html"

docs-serve: setup
	@NO_MKDOCS_2_WARNING=1 python -m mkdocs serve --strict

picture: setup
	@python -m pipeline.studies.page_picture

tables: setup
	@python -m pipeline.studies.tables

lock:
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/pip install --quiet --disable-pip-version-check ".[dev]"
	$(VENV)-lock/bin/pip freeze --all --exclude singing-style --exclude pip --exclude wheel | sed 's/+cpu$$//' > requirements.lock
	rm -rf $(VENV)-lock build *.egg-info

# What can be made again; recordings in data/raw stay, ALL=1 or not.
MADE := $(addprefix data/,corpus resampled voice features shards embeddings baseline outcomes descriptors) \
  models/style report release metrics/plots/tsne.csv metrics/plots/probe.csv
clean:
ifdef ALL
	@test -z "$$(find data/raw -type l)" || { echo "make clean: data/raw holds links into DVC's cache; first: dvc unprotect data/raw/NAME"; exit 2; }
	rm -rf .dvc/cache .dvc/tmp $(MADE)
endif
	rm -rf .scratch .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage build dist site dvc_plots benchmarks/quick
	find benchmarks docs pipeline singing_style tests -name __pycache__ -prune -exec rm -rf {} +
