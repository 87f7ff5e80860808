from drf_spectacular.generators import SchemaGenerator


def test_the_schema_shows_both_ways_of_authentication():
    schema = SchemaGenerator().get_schema(request=None, public=True)
    schemes = schema["components"]["securitySchemes"]
    assert schemes["token"]["name"] == "Authorization"
    assert schemes["session"]["in"] == "cookie"
    assert schema["paths"]["/api/v1/me/"]["get"]["security"] == [{"token": []}, {"session": []}]
    assert {} in schema["paths"]["/api/v1/organisations/"]["get"]["security"]
    assert {} not in schema["paths"]["/api/v1/organisations/"]["post"]["security"]
