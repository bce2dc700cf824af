"""Folium maps: frames in, HTML out."""
