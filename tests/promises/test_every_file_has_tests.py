"""Where a newcomer looks first: the tests of a file stand in the file that mirrors it, or where this table says."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path.relative_to(ROOT).as_posix()
    for package in ("engine", "kwidgets")
    for path in (ROOT / package).rglob("*.py")
    if path.name != "__init__.py" and "frontend" not in path.parts
)

# Folders whose files are many of one kind: one promise holds for each of them.
FOLDERS = {
    "engine/_code": "tests/engine/code/test_spellings.py",
    "engine/_ops": "tests/promises/test_every_op.py",
    "engine/applications": "tests/engine/applications/test_nets.py",
    "engine/callbacks": "tests/promises/test_every_callback.py",
    "engine/datasets": "tests/engine/datasets/test_local_files.py",
    "engine/layers": "tests/promises/test_every_layer.py",
    "engine/optimizers": "tests/promises/test_every_optimizer.py",
    "kwidgets/messages": "tests/kwidgets/test_messages.py",
    "kwidgets/words": "tests/kwidgets/test_words.py",
}
# Files that are tested together with others, by what they do for them.
FILES = {
    "engine/data/step.py": "tests/engine/data/test_steps.py",
    "engine/data/number_steps.py": "tests/engine/data/test_steps.py",
    "engine/data/row_steps.py": "tests/engine/data/test_steps.py",
    "engine/data/value_steps.py": "tests/engine/data/test_steps.py",
    "engine/data/picture_steps.py": "tests/engine/data/test_pictures.py",
    "engine/data/blocks.py": "tests/engine/data/test_large.py",
    "engine/data/block_rows.py": "tests/engine/data/test_large.py",
    "engine/data/picture_files.py": "tests/engine/data/test_pictures.py",
    "engine/data/picture_copies.py": "tests/engine/data/test_pictures.py",
    "engine/data/picture_findings.py": "tests/engine/data/test_pictures.py",
    "engine/data/picture_preparation.py": "tests/engine/data/test_pictures.py",
    "engine/_files/pictures.py": "tests/engine/data/test_pictures.py",
    "engine/__main__.py": "tests/kwidgets/test_runs_of_a_builder.py",
    "engine/_compat/facade.py": "tests/engine/compat/test_installer.py",
    "engine/_compat/functions.py": "tests/engine/compat/test_tensorflow_names.py",
    "engine/_compat/keras_config.py": "tests/engine/compat/test_installer.py",
    "engine/_compat/keras_initializers.py": "tests/engine/compat/test_keras_utils.py",
    "engine/_compat/keras_regularizers.py": "tests/engine/compat/test_keras_utils.py",
    "engine/_compat/keras_models.py": "tests/engine/compat/test_installer.py",
    "engine/_compat/keras_ops.py": "tests/engine/compat/test_tensorflow_names.py",
    "engine/_compat/keras_random.py": "tests/engine/compat/test_tensorflow_names.py",
    "engine/_compat/keras_root.py": "tests/engine/compat/test_installer.py",
    "engine/_compat/keras_saving.py": "tests/engine/compat/test_keras_utils.py",
    "engine/_compat/array_functions.py": "tests/engine/compat/test_tensorflow_functions.py",
    "engine/_compat/control_flow.py": "tests/engine/compat/test_tensorflow_names.py",
    "engine/_compat/keras_losses.py": "tests/engine/compat/test_tensorflow_names.py",
    "engine/_compat/hashing.py": "tests/engine/compat/test_tensorflow_functions.py",
    "engine/_compat/keras_mixed_precision.py": "tests/engine/compat/test_tensorflow_functions.py",
    "engine/_compat/tensorflow_images.py": "tests/engine/compat/test_tensorflow_functions.py",
    "engine/_compat/tensorflow_strings.py": "tests/engine/compat/test_folder_datasets.py",
    "engine/_compat/values.py": "tests/engine/compat/test_tape.py",
    "engine/_graph/taping.py": "tests/engine/compat/test_tape.py",
    "engine/compat.py": "tests/engine/compat/test_installer.py",
    "engine/_declared/fans.py": "tests/engine/test_initializers.py",
    "engine/_declared/keras1_signatures.py": "tests/promises/test_every_old_spelling.py",
    "engine/_training/trainable.py": "tests/engine/training/test_trainer.py",
    "engine/models/by_generator.py": "tests/engine/training/test_prefetch.py",
    "engine/_training/old_accuracy.py": "tests/situations/test_notes_of_other_years.py",
    "engine/_declared/naming.py": "tests/engine/paths/test_graph_helpers.py",
    "engine/losses/later_functions.py": "tests/keras/test_counted.py",
    "engine/losses/matching.py": "tests/engine/losses/test_classes.py",
    "engine/losses/result.py": "tests/engine/losses/test_classes.py",
    "engine/losses/base.py": "tests/engine/losses/test_classes.py",
    "engine/metrics/averages.py": "tests/keras/test_counted.py",
    "engine/metrics/confusion.py": "tests/keras/test_counted.py",
    "engine/metrics/curves.py": "tests/keras/test_counted.py",
    "engine/metrics/overlaps.py": "tests/keras/test_counted.py",
    "engine/metrics/reductions.py": "tests/engine/metrics/test_base.py",
    "engine/metrics/scores.py": "tests/keras/test_counted.py",
    "engine/_declared/keras1_attributes.py": "tests/engine/models/test_keras_attributes.py",
    "engine/_declared/keras1_compile.py": "tests/situations/test_kinds_of_files.py",
    "engine/_declared/web_models.py": "tests/situations/test_kinds_of_files.py",
    "engine/_declared/keras1_transposed.py": "tests/situations/test_notes_of_other_years.py",
    "engine/_declared/remembered.py": "tests/situations/test_functions.py",
    "engine/_declared/rules.py": "tests/engine/declared/test_fields.py",
    "engine/_drawing/boxes.py": "tests/engine/drawing/test_picture.py",
    "engine/_drawing/clusters.py": "tests/engine/drawing/test_layout.py",
    "engine/_drawing/columns.py": "tests/engine/drawing/test_layout.py",
    "engine/_drawing/model_boxes.py": "tests/engine/drawing/test_picture.py",
    "engine/_drawing/ranks.py": "tests/engine/drawing/test_layout.py",
    "engine/_drawing/tracks.py": "tests/engine/drawing/test_wrap.py",
    "engine/_files/guarded_hdf5.py": "tests/safety/test_hostile_hdf5.py",
    "engine/_files/guards.py": "tests/safety/test_hostile_text.py",
    "engine/_files/kinds.py": "tests/situations/test_kinds_of_files.py",
    "engine/_files/storages.py": "tests/situations/test_storages.py",
    "engine/_files/stored_code.py": "tests/situations/test_functions.py",
    "engine/_files/text.py": "tests/engine/files/test_json_text.py",
    "engine/_graph/feeding.py": "tests/situations/test_snippets.py",
    "engine/_graph/graph.py": "tests/engine/graph/test_plan.py",
    "engine/_graph/keras1_filling.py": "tests/situations/test_initializations.py",
    "engine/_graph/linking.py": "tests/engine/graph/test_plan.py",
    "engine/_graph/native_context.py": "tests/engine/graph/test_native_plan.py",
    "engine/_graph/native_phases.py": "tests/engine/graph/test_native_plan.py",
    "engine/_graph/op.py": "tests/promises/test_every_op.py",
    "engine/_graph/sparse.py": "tests/engine/models/test_sparse.py",
    "engine/_graph/work.py": "tests/promises/test_every_op.py",
    "engine/_machine/console.py": "tests/situations/test_surroundings.py",
    "engine/_machine/context.py": "tests/engine/machine/test_random.py",
    "engine/_native/location.py": "tests/engine/native/test_build.py",
    "engine/_paths/engine_names.py": "tests/engine/paths/test_finder.py",
    "engine/_paths/legacy.py": "tests/engine/paths/test_interfaces.py",
    "engine/_training/array_changes.py": "tests/engine/mistakes/test_changes.py",
    "engine/_training/array_rows.py": "tests/engine/training/test_data.py",
    "engine/_training/callback.py": "tests/promises/test_every_callback.py",
    "engine/_training/compiled.py": "tests/engine/models/test_model.py",
    "engine/_training/history.py": "tests/promises/test_every_callback.py",
    "engine/_training/objective.py": "tests/engine/models/test_model.py",
    "engine/_training/output_specs.py": "tests/engine/models/test_model.py",
    "engine/_training/sentences.py": "tests/mistakes/test_mistakes.py",
    "engine/_training/settings.py": "tests/kwidgets/document/test_training.py",
    "engine/_training/snapshot.py": "tests/engine/models/test_checkpoints.py",
    "engine/_training/step.py": "tests/engine/models/test_model.py",
    "engine/_training/user_data.py": "tests/situations/test_sources.py",
    "engine/backend/control.py": "tests/engine/backend/test_backend.py",
    "engine/backend/convolution.py": "tests/engine/backend/test_backend.py",
    "engine/backend/running.py": "tests/engine/backend/test_backend.py",
    "engine/backend/variables.py": "tests/engine/backend/test_backend.py",
    "engine/describe/classes.py": "tests/kwidgets/document/test_settings.py",
    "engine/describe/diagram.py": "tests/engine/drawing/test_picture.py",
    "engine/describe/explanation.py": "tests/engine/describe/test_explain.py",
    "engine/describe/expression.py": "tests/engine/describe/test_explain.py",
    "engine/describe/graphs.py": "tests/engine/files/test_graph_form.py",
    "engine/describe/merges.py": "tests/engine/describe/test_explain.py",
    "engine/describe/op_kinds.py": "tests/engine/describe/test_cost.py",
    "engine/describe/over_steps.py": "tests/engine/describe/test_explain.py",
    "engine/describe/own_names.py": "tests/situations/test_functions.py",
    "engine/describe/simple.py": "tests/engine/describe/test_explain.py",
    "engine/describe/windows.py": "tests/engine/describe/test_explain.py",
    "engine/events.py": "tests/engine/training/test_loop.py",
    "engine/experiment.py": "tests/kwidgets/session/test_session_of_experiments.py",
    "engine/mistakes/layers.py": "tests/mistakes/test_mistakes.py",
    "engine/models/attributes.py": "tests/engine/models/test_keras_attributes.py",
    "engine/models/graph.py": "tests/engine/models/test_network.py",
    "engine/models/layer_list.py": "tests/situations/test_going_on.py",
    "engine/models/stored_compile.py": "tests/engine/models/test_stored_slots.py",
    "engine/preprocessing/image_iterators.py": "tests/engine/preprocessing/test_image.py",
    "engine/preprocessing/image_transforms.py": "tests/engine/preprocessing/test_image.py",
    "engine/utils/archives.py": "tests/engine/utils/test_data_utils.py",
    "engine/utils/vis_utils.py": "tests/engine/drawing/test_picture.py",
    "kwidgets/document/action_code.py": "tests/kwidgets/document/test_scripting.py",
    "kwidgets/document/code_names.py": "tests/kwidgets/document/test_scripting.py",
    "kwidgets/document/edit_together.py": "tests/kwidgets/document/test_scripting.py",
    "kwidgets/document/history.py": "tests/kwidgets/document/test_scripting.py",
    "kwidgets/document/differences.py": "tests/kwidgets/document/test_written.py",
    "kwidgets/document/program_edits.py": "tests/kwidgets/document/test_written.py",
    "engine/_drawing/dot_graph.py": "tests/engine/utils/test_model_dot.py",
    "kwidgets/document/program_text.py": "tests/kwidgets/document/test_written.py",
    "kwidgets/document/python_layout.py": "tests/kwidgets/document/test_dialects.py",
    "kwidgets/document/python_model.py": "tests/kwidgets/document/test_python_code.py",
    "kwidgets/document/seen.py": "tests/kwidgets/document/test_stale.py",
    "kwidgets/document/text_places.py": "tests/kwidgets/document/test_text_help.py",
    "kwidgets/document/views.py": "tests/kwidgets/document/test_data_problems.py",
    "kwidgets/document/written_python.py": "tests/kwidgets/document/test_written.py",
    "kwidgets/exporting.py": "tests/kwidgets/test_main.py",
    "kwidgets/fitted.py": "tests/kwidgets/test_keep.py",
    "kwidgets/gestures.py": "tests/kwidgets/test_messages.py",
    "kwidgets/live_curves.py": "tests/promises/test_every_widget.py",
    "kwidgets/refused.py": "tests/kwidgets/document/test_commands.py",
    "kwidgets/renaming.py": "tests/kwidgets/test_document_list.py",
    "kwidgets/run_gestures.py": "tests/kwidgets/test_messages.py",
    "kwidgets/session/array_files.py": "tests/kwidgets/session/test_data_sources.py",
    "kwidgets/session/built_in.py": "tests/kwidgets/session/test_data_sources.py",
    "kwidgets/session/picture_edits.py": "tests/kwidgets/session/test_picture_folders.py",
    "kwidgets/session/coming_back.py": "tests/kwidgets/session/test_recording.py",
    "kwidgets/session/conclusion.py": "tests/kwidgets/session/test_session_of_experiments.py",
    "kwidgets/session/continuing.py": "tests/kwidgets/session/test_session_of_experiments.py",
    "kwidgets/session/outcome.py": "tests/kwidgets/session/test_session_of_experiments.py",
    "kwidgets/session/present_model.py": "tests/kwidgets/test_edit_and_go_on.py",
    "kwidgets/session/recorder.py": "tests/kwidgets/session/test_recording.py",
    "kwidgets/session/request.py": "tests/kwidgets/test_runs_of_a_builder.py",
    "kwidgets/session/run_state.py": "tests/kwidgets/session/test_session.py",
    "kwidgets/session/scoring.py": "tests/kwidgets/session/test_best.py",
    "kwidgets/session/standing.py": "tests/kwidgets/session/test_going_on.py",
    "kwidgets/session/start.py": "tests/kwidgets/session/test_going_on.py",
    "kwidgets/session/steering.py": "tests/kwidgets/session/test_session.py",
    "kwidgets/session/thinned_checkpoints.py": "tests/kwidgets/session/test_recording.py",
    "kwidgets/table_gestures.py": "tests/kwidgets/test_messages.py",
    "kwidgets/text_gestures.py": "tests/kwidgets/test_messages.py",
    "kwidgets/widgets/builder_view.py": "tests/kwidgets/test_builder.py",
    "kwidgets/widgets/chart_picture.py": "tests/kwidgets/widgets/test_dashboard_view.py",
    "kwidgets/widgets/notebook.py": "tests/kwidgets/test_in_a_kernel.py",
    "kwidgets/widgets/picture.py": "tests/kwidgets/widgets/test_base.py",
    "kwidgets/widgets/run_part.py": "tests/kwidgets/test_runs_of_a_builder.py",
    "kwidgets/workspace/document_files.py": "tests/kwidgets/workspace/test_documents.py",
    "kwidgets/workspace/new_run.py": "tests/kwidgets/workspace/test_run_store.py",
    "kwidgets/workspace/recovery.py": "tests/kwidgets/workspace/test_database.py",
    "kwidgets/workspace/run_rows.py": "tests/kwidgets/workspace/test_run_store.py",
    "kwidgets/workspace/run_writer.py": "tests/kwidgets/workspace/test_run_store.py",
    "kwidgets/workspace/sweeping.py": "tests/kwidgets/workspace/test_quota.py",
    "engine/mistakes/inputs.py": "tests/engine/mistakes/test_rules.py",
    "engine/mistakes/records.py": "tests/engine/mistakes/test_rules.py",
    "engine/mistakes/targets.py": "tests/engine/mistakes/test_rules.py",
    "kwidgets/document/data_values.py": "tests/mistakes/test_mistakes.py",
    "kwidgets/document/offers.py": "tests/kwidgets/document/test_trying.py",
}
# Names and types only: type checkers read them.
TYPES = {"engine/types.py", "kwidgets/document/records.py", "kwidgets/workspace/records.py"}


def mirror(source: str) -> str:
    """The file of tests that mirrors a source; underscores in front go."""
    *folders, name = (
        part.strip("_") if part.startswith("_") else part for part in source.removesuffix(".py").split("/")
    )
    return "/".join(["tests", *folders, f"test_{name}.py"])


@pytest.mark.parametrize("source", SOURCES)
def test_a_file_has_its_tests_where_a_newcomer_looks(source: str) -> None:
    if source in TYPES or (ROOT / mirror(source)).exists():
        return
    place = FILES.get(source) or FOLDERS.get(source.rpartition("/")[0])
    assert place, f"write {mirror(source)}, or add to FILES where {source} is tested"
    assert (ROOT / place).exists(), f"{place}, where {source} should be tested, is gone"


def test_the_table_holds_no_file_that_is_gone_or_has_its_own_tests() -> None:
    stale = [source for source in FILES if source not in SOURCES or (ROOT / mirror(source)).exists()]
    assert stale == []
    assert set(SOURCES) >= TYPES
    assert all((ROOT / folder).is_dir() for folder in FOLDERS)
