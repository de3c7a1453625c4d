"""Architectures of the package transformers, each as small as its configuration allows, with the numbers of chance.

A line of a table is a name, the configuration's class, the model's class, and options of the configuration.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import torch
import transformers

from .example import Example, Maker, Named, in_half

SMALL: dict[str, Any] = {
    "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 99,
    "max_position_embeddings": 64, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2,
}  # fmt: skip
"""Where a configuration has these, under the names of most of them."""
GROUPED = {"num_key_value_heads": 2, "head_dim": 8}
EXPERTS = {"num_experts": 4, "num_local_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 24}
LATENT = {"kv_lora_rank": 8, "q_lora_rank": 8, "qk_nope_head_dim": 8, "qk_rope_head_dim": 4, "v_head_dim": 8}

DECODERS: dict[str, dict[str, Any]] = {
    "Llama": GROUPED, "Mistral": GROUPED, "Qwen2": GROUPED, "Qwen3": GROUPED, "Gemma": GROUPED, "Gemma2": GROUPED,
    "Gemma3Text": GROUPED, "Phi": {}, "Phi3": GROUPED, "GPT2": {}, "GPTNeoX": {}, "GPTJ": {"rotary_dim": 4},
    "GPTNeo": {"attention_types": [[["global", "local"], 1]], "window_size": 4},
    "OPT": {"ffn_dim": 64, "word_embed_proj_dim": 32}, "Bloom": {}, "Falcon": {}, "StableLm": GROUPED,
    "Starcoder2": GROUPED, "Olmo": GROUPED, "Olmo2": GROUPED, "Olmo3": GROUPED, "Cohere": GROUPED, "Cohere2": GROUPED,
    "Glm": GROUPED, "Glm4": GROUPED, "Granite": GROUPED, "SmolLM3": GROUPED, "Helium": GROUPED, "Nemotron": GROUPED,
    "Exaone4": GROUPED, "Arcee": GROUPED, "Ernie4_5": GROUPED, "SeedOss": GROUPED, "CodeGen": {"rotary_dim": 4},
    "XGLM": {"ffn_dim": 64, "attention_heads": 4, "num_layers": 2, "d_model": 32}, "BioGpt": {}, "Persimmon": {},
    "ModernBertDecoder": {}, "BitNet": GROUPED, "NanoChat": GROUPED,
    "Mixtral": GROUPED | EXPERTS, "Qwen2Moe": GROUPED | EXPERTS | {"shared_expert_intermediate_size": 24},
    "Qwen3Moe": GROUPED | EXPERTS, "Olmoe": GROUPED | EXPERTS, "GptOss": GROUPED | EXPERTS, "Phimoe": GROUPED | EXPERTS,
    "GraniteMoe": GROUPED | EXPERTS,
    "DeepseekV3": EXPERTS | LATENT | {"n_routed_experts": 4, "n_group": 1, "topk_group": 1, "first_k_dense_replace": 1},
    "Mamba": {"state_size": 4, "time_step_rank": 4}, "FalconMamba": {"state_size": 4, "time_step_rank": 4},
    "Mamba2": {"num_heads": 8, "head_dim": 8, "state_size": 8, "n_groups": 2, "chunk_size": 4},
    "Lfm2": GROUPED | {"layer_types": ["conv", "full_attention"], "block_multiple_of": 8},
    "RecurrentGemma": GROUPED | {"lru_width": 32, "attention_window_size": 8},
}  # fmt: skip
"""Language models: logits of 7 words."""

ENCODERS: dict[str, dict[str, Any]] = {
    "Bert": {}, "Roberta": {}, "Albert": {"embedding_size": 16}, "Electra": {"embedding_size": 16}, "MPNet": {},
    "DistilBert": {"dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 64}, "DebertaV2": {}, "Deberta": {},
    "SqueezeBert": {"embedding_size": 32}, "FNet": {}, "RoFormer": {"embedding_size": 32}, "ModernBert": {},
    "MegatronBert": {}, "Esm": {"mask_token_id": 3}, "XLMRoberta": {}, "RemBert": {"input_embedding_size": 16},
    "MobileBert": {"embedding_size": 16, "true_hidden_size": 16, "intra_bottleneck_size": 16}, "LayoutLM": {},
    "ConvBert": {"embedding_size": 16, "head_ratio": 1}, "Nystromformer": {"num_landmarks": 7, "segment_means_seq_len": 7},
}  # fmt: skip
"""Vectors of 7 words."""

SMALL_IMAGE = {"image_size": 32, "patch_size": 8, "num_channels": 3}
VISION: dict[str, dict[str, Any]] = {
    "ViT": {}, "DeiT": {}, "Beit": {"use_relative_position_bias": True}, "Dinov2": {}, "Yolos": {"image_size": [32, 32], "num_detection_tokens": 4},
    "IJepa": {}, "SiglipVision": {}, "CLIPVision": {},
    "Swin": {"embed_dim": 16, "depths": [1, 2], "num_heads": [2, 4], "window_size": 2, "patch_size": 4},
    "Swinv2": {"embed_dim": 16, "depths": [1, 2], "num_heads": [2, 4], "window_size": 2, "patch_size": 4},
    "ConvNext": {"hidden_sizes": [8, 16, 24, 32], "depths": [1, 1, 1, 1], "patch_size": 4},
    "ConvNextV2": {"hidden_sizes": [8, 16, 24, 32], "depths": [1, 1, 1, 1], "patch_size": 4},
    "Segformer": {"hidden_sizes": [8, 16, 24, 32], "depths": [1, 1, 1, 1], "decoder_hidden_size": 16},
    "MobileNetV1": {"depth_multiplier": 0.25, "min_depth": 4}, "MobileNetV2": {"depth_multiplier": 0.25},
    "MobileViT": {"hidden_sizes": [16, 24, 32], "neck_hidden_sizes": [8, 8, 16, 24, 32, 40, 48], "patch_size": 2},
    "ResNet": {"embedding_size": 8, "hidden_sizes": [16, 32], "depths": [1, 1]},
    "RegNet": {"embedding_size": 8, "hidden_sizes": [16, 32], "depths": [1, 1], "groups_width": 8},
    "PoolFormer": {"hidden_sizes": [8, 16, 24, 32], "depths": [1, 1, 1, 1]},
    "Pvt": {"hidden_sizes": [8, 16, 24, 32], "depths": [1, 1, 1, 1], "num_attention_heads": [1, 2, 3, 4]},
    "Levit": {"image_size": 64, "hidden_sizes": [16, 24, 32], "num_attention_heads": [2, 3, 4], "depths": [1, 1, 1], "key_dim": [8, 8, 8]},
    "FocalNet": {"embed_dim": 16, "depths": [1, 1], "hidden_sizes": [16, 32], "focal_levels": [2, 2], "focal_windows": [3, 3], "patch_size": 4},
    "Bit": {"embedding_size": 8, "hidden_sizes": [16, 32], "depths": [1, 1], "num_groups": 4},
    "Cvt": {"embed_dim": [8, 16, 24], "num_heads": [1, 2, 3], "depth": [1, 1, 1]},
}  # fmt: skip
"""What a picture of 32 x 32 looks like to each."""

CONVOLUTIONS = {
    "conv_dim": [16, 16], "conv_stride": [4, 2], "conv_kernel": [8, 4], "num_conv_pos_embeddings": 8,
    "num_conv_pos_embedding_groups": 2, "num_feat_extract_layers": 2,
}  # fmt: skip
WAVES: dict[str, dict[str, Any]] = {
    "Wav2Vec2": {}, "Hubert": {}, "WavLM": {"num_buckets": 16, "max_bucket_distance": 32}, "UniSpeech": {},
    "Data2VecAudio": {"conv_pos_kernel_size": 5, "num_conv_pos_embeddings": 2},
    "Wav2Vec2Conformer": {"position_embeddings_type": "relative", "conv_depthwise_kernel_size": 5},
    "SEW": {"squeeze_factor": 2},
}  # fmt: skip
"""Vectors of a wave of 400 samples."""

_BY_T5 = {"d_model": 32, "d_kv": 8, "d_ff": 64, "num_layers": 2, "num_heads": 4}
_BY_BART = {
    "d_model": 32, "encoder_layers": 2, "decoder_layers": 2, "encoder_attention_heads": 4,
    "decoder_attention_heads": 4, "encoder_ffn_dim": 64, "decoder_ffn_dim": 64,
}  # fmt: skip
TRANSLATORS: dict[str, dict[str, Any]] = {
    "T5": _BY_T5, "MT5": _BY_T5, "Bart": _BY_BART, "MBart": _BY_BART, "Pegasus": _BY_BART, "Marian": _BY_BART,
    "M2M100": _BY_BART, "Blenderbot": _BY_BART,
}  # fmt: skip
"""Encoder and decoder: what stands behind 5 words, given 7."""


def _model(kind: str, family: str, attention: str, options: dict[str, Any]) -> Any:
    """A model of transformers and its configuration."""
    staged = "depths" in options or "depth" in options  # its stages have widths and heads of their own
    configuration = getattr(transformers, f"{family}Config")(**{**({} if staged else SMALL), **options})
    configuration._attn_implementation = attention
    return getattr(transformers, f"{family}{kind}")(configuration)


def _first(result: Any) -> Any:
    return result[0] if not isinstance(result, torch.Tensor) else result


def words(length: int = 7) -> torch.Tensor:
    """Words of a vocabulary of 99."""
    return torch.randint(3, 99, (1, length))


def decoder(family: str, options: dict[str, Any], attention: str = "eager", symbol: bool = False) -> Example:
    """A language model; the mask says that all words count, else transformers looks for packed sequences."""
    kind = "ForCausalLM"
    family_of = family.removesuffix("Text") if family == "Gemma3Text" else family
    if family in ("GPT2", "GPTJ"):
        kind = "LMHeadModel" if family == "GPT2" else kind
    configuration_name = f"{family}Config"
    configuration = getattr(transformers, configuration_name)(**{**SMALL, **options})
    configuration._attn_implementation = attention
    model = getattr(transformers, f"{family_of}{kind}")(configuration)
    masked = "attention_mask" in inspect.signature(model.forward).parameters

    def call(model: Any, input_ids: torch.Tensor) -> Any:
        mask = {"attention_mask": torch.ones_like(input_ids)} if masked else {}
        return _first(model(input_ids=input_ids, **mask, use_cache=False))

    return Example(Named(model, call), {"input_ids": words()}, {"input_ids": {1: "S"}} if symbol else {})


def encoder(family: str, options: dict[str, Any], attention: str = "eager") -> Example:
    """Words and the mask that a tokenizer gives."""
    model = _model("Model", family, attention, options)

    def call(model: Any, input_ids: torch.Tensor, *mask: torch.Tensor) -> Any:
        return _first(model(input_ids=input_ids, **dict(zip(["attention_mask"], mask))))

    mask = {"attention_mask": torch.tensor([[1, 1, 1, 1, 1, 0, 0]])}
    return Example(Named(model, call), {"input_ids": words(), **(mask if family != "FNet" else {})})


def vision(family: str, options: dict[str, Any], attention: str = "eager") -> Example:
    """A picture."""
    size = options.get("image_size", 32)
    model = _model("Model", family, attention, {**SMALL_IMAGE, **options})
    extents = size if isinstance(size, list) else [size, size]
    return Example(
        Named(model, lambda model, pixels: _first(model(pixel_values=pixels))),
        {"pixel_values": torch.randn(1, 3, *extents)},
    )


def wave(family: str, options: dict[str, Any], attention: str = "eager") -> Example:
    """A wave."""
    model = _model("Model", family, attention, {**CONVOLUTIONS, **options})
    return Example(Named(model, lambda model, samples: _first(model(samples))), {"input_values": torch.randn(1, 400)})


def translator(family: str, options: dict[str, Any], attention: str = "eager") -> Example:
    """Two sequences."""
    kind = "MTModel" if family == "Marian" else "Model"
    configuration = getattr(transformers, f"{family}Config")(**{**SMALL, **options, "decoder_start_token_id": 0})
    configuration._attn_implementation = attention
    model = getattr(transformers, f"{family}{kind}")(configuration)

    def call(model: Any, source: torch.Tensor, target: torch.Tensor) -> Any:
        masks = {"attention_mask": torch.ones_like(source), "decoder_attention_mask": torch.ones_like(target)}
        return _first(model(input_ids=source, decoder_input_ids=target, use_cache=False, **masks))

    return Example(Named(model, call), {"input_ids": words(), "decoder_input_ids": words(5)})


def whisper(attention: str = "eager", encoder_only: bool = False) -> Example:
    """Speech to text."""
    configuration = transformers.WhisperConfig(
        **{**SMALL, **_BY_BART}, num_mel_bins=8, max_source_positions=10, max_target_positions=16,
        decoder_start_token_id=1,
    )  # fmt: skip
    configuration._attn_implementation = attention
    model = transformers.WhisperModel(configuration)
    features = torch.randn(1, 8, 20)
    if encoder_only:
        return Example(Named(model.encoder, lambda model, x: _first(model(x))), {"input_features": features})

    def call(model: Any, features: torch.Tensor, target: torch.Tensor) -> Any:
        mask = torch.ones_like(target)
        return _first(model(features, decoder_input_ids=target, decoder_attention_mask=mask, use_cache=False))

    return Example(Named(model, call), {"input_features": features, "decoder_input_ids": words(5)})


def spectrogram(attention: str = "eager") -> Example:
    """The audio spectrogram transformer."""
    options = {"max_length": 32, "num_mel_bins": 16, "patch_size": 8, "frequency_stride": 4, "time_stride": 8}
    model = _model("Model", "AST", attention, options)
    return Example(Named(model, lambda model, x: _first(model(x))), {"input_values": torch.randn(1, 32, 16)})


def series() -> Example:
    """A model of time series by patches."""
    options = {
        "num_input_channels": 2,
        "context_length": 16,
        "patch_length": 4,
        "patch_stride": 4,
        "d_model": 16,
        "ffn_dim": 32,
    }
    model = _model("Model", "PatchTST", "eager", options)
    return Example(Named(model, lambda model, x: _first(model(x))), {"past_values": torch.randn(1, 16, 2)})


def cached() -> Example:
    """One more word of a Llama, given keys and values of 6 before it: four outputs more."""
    configuration = transformers.LlamaConfig(**{**SMALL, **GROUPED})
    configuration._attn_implementation = "eager"
    model = transformers.LlamaForCausalLM(configuration)

    def call(model: Any, input_ids: torch.Tensor, *states: torch.Tensor) -> Any:
        past = transformers.DynamicCache(list(zip(states[::2], states[1::2])))
        length = states[0].shape[2] + input_ids.shape[1]
        result = model(
            input_ids=input_ids,
            attention_mask=torch.ones(1, length, dtype=torch.long),
            past_key_values=past,
            use_cache=True,
        )
        layers = result.past_key_values.layers
        return (result.logits, *(state for layer in layers for state in (layer.keys, layer.values)))

    names = ["key_0", "value_0", "key_1", "value_1"]
    return Example(Named(model, call), {"input_ids": words(1), **{name: torch.randn(1, 2, 6, 8) for name in names}})


def _all() -> Iterator[tuple[str, Maker]]:
    tables: list[tuple[dict[str, dict[str, Any]], Callable[..., Example]]] = [
        (DECODERS, decoder), (ENCODERS, encoder), (VISION, vision), (WAVES, wave), (TRANSLATORS, translator)
    ]  # fmt: skip
    for table, make in tables:
        for family, options in table.items():
            yield family.lower(), partial(make, family, options)
    for family in ("Llama", "Qwen3", "GPTJ", "Gemma", "GPTNeoX", "Mixtral", "Phi3", "Olmo2"):
        yield f"{family.lower()}-sdpa", partial(decoder, family, DECODERS[family], "sdpa")
    for family in ("Bert", "ModernBert"):
        yield f"{family.lower()}-sdpa", partial(encoder, family, ENCODERS[family], "sdpa")
    yield "vit-sdpa", partial(vision, "ViT", {}, "sdpa")
    yield "t5-sdpa", partial(translator, "T5", TRANSLATORS["T5"], "sdpa")
    yield "bart-sdpa", partial(translator, "Bart", TRANSLATORS["Bart"], "sdpa")
    for family in ("Llama", "Qwen2", "Phi3", "GPTNeoX", "OPT"):
        yield f"{family.lower()}-symbol", partial(decoder, family, DECODERS[family], symbol=True)
    for family in ("Llama", "Qwen2", "GPTNeoX", "Mamba"):
        yield f"{family.lower()}-half", in_half(partial(decoder, family, DECODERS[family]))
    yield "vit-half", in_half(partial(vision, "ViT", {}))
    yield "whisper", whisper
    yield "whisper-encoder", partial(whisper, encoder_only=True)
    yield "whisper-encoder-sdpa", partial(whisper, "sdpa", True)
    yield "spectrogram", spectrogram
    yield "patchtst", series
    yield "llama-cache", cached


TRANSFORMERS: dict[str, Maker] = dict(_all())
"""By name, what makes each."""
